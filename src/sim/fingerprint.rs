//! Hashes that mean the same everywhere: SipHash over postcard's specified byte encoding, never a derived `Hash`.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use siphasher::sip::SipHasher13;
use std::cell::RefCell;
use std::hash::Hasher as _;

/// A hasher of bytes with 64 bits of result on every platform. In [`encoded`] it keeps the bytes instead.
#[derive(Clone)]
pub struct Hasher {
    hash: SipHasher13,
    keeps: bool,
}

/// Room for most encodings.
const ENCODED_BYTES: usize = 256;

thread_local! {
    /// What the hasher of [`encoded`] has been fed.
    static KEPT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The bytes that `feed` feeds, where a hash of them is not enough.
pub fn encoded(feed: impl FnOnce(&mut Hasher)) -> Vec<u8> {
    let outer = KEPT.replace(Vec::with_capacity(ENCODED_BYTES));
    feed(&mut Hasher { keeps: true, ..Hasher::keyed(0) });
    KEPT.replace(outer)
}

#[cold]
#[inline(never)]
fn keep(bytes: &[u8]) {
    KEPT.with_borrow_mut(|kept| kept.extend_from_slice(bytes));
}

impl Hasher {
    /// A hasher whose results depend on `key`: a run's seed, or 0.
    pub fn keyed(key: u64) -> Hasher {
        Hasher { hash: SipHasher13::new_with_keys(key, 0x6661_756c_746c_696e), keeps: false }
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Hasher {
        if self.keeps {
            keep(bytes);
        } else {
            self.hash.write(bytes);
        }
        self
    }

    pub fn number(&mut self, number: u64) -> &mut Hasher {
        self.bytes(&number.to_le_bytes())
    }

    /// Text, with its length, so that neighbouring texts cannot run together.
    pub fn text(&mut self, text: &str) -> &mut Hasher {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    /// A multiset: things whose order makes no difference, each fed by `feed` to a hasher of this key. Its sum of mixed
    /// hashes, or their encodings in order.
    pub fn multiset<T>(
        &mut self,
        key: u64,
        things: impl Iterator<Item = T>,
        feed: impl Fn(T, &mut Hasher),
    ) -> &mut Hasher {
        if self.keeps {
            let mut all: Vec<Vec<u8>> = things.map(|thing| encoded(|hasher| feed(thing, hasher))).collect();
            all.sort_unstable();
            self.number(all.len() as u64);
            return all.iter().fold(self, |hasher, one| hasher.number(one.len() as u64).bytes(one));
        }
        let hashed = things.map(|thing| {
            let mut hasher = Hasher::keyed(key);
            feed(thing, &mut hasher);
            mix(hasher.finish())
        });
        self.number(hashed.fold(0, u64::wrapping_add))
    }

    pub fn finish(&self) -> u64 {
        self.hash.finish()
    }
}

/// How many bytes are gathered before they are hashed: values are encoded a byte or two at a time, and hashing so few
/// costs as much as hashing eight.
const GATHERED_BYTES: usize = 64;

struct Feed<'a> {
    hasher: &'a mut Hasher,
    gathered: [u8; GATHERED_BYTES],
    count: usize,
}

impl Feed<'_> {
    fn pass_on(&mut self) {
        self.hasher.bytes(&self.gathered[..self.count]);
        self.count = 0;
    }
}

impl Flavor for Feed<'_> {
    type Output = ();
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        if self.count == GATHERED_BYTES {
            self.pass_on();
        }
        self.gathered[self.count] = byte;
        self.count += 1;
        Ok(())
    }
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.count + bytes.len() > GATHERED_BYTES {
            self.pass_on();
        }
        if bytes.len() > GATHERED_BYTES {
            self.hasher.bytes(bytes);
        } else {
            self.gathered[self.count..self.count + bytes.len()].copy_from_slice(bytes);
            self.count += bytes.len();
        }
        Ok(())
    }
    fn finalize(mut self) -> postcard::Result<()> {
        self.pass_on();
        Ok(())
    }
}

/// Feeds the byte encoding of `value` to `hasher`.
///
/// # Panics
/// If the type cannot be encoded (a map of unknown length, say): a mistake in a protocol, which any run shows.
pub fn hash_into<T: Serialize + ?Sized>(value: &T, hasher: &mut Hasher) {
    let feed = Feed { hasher, gathered: [0; GATHERED_BYTES], count: 0 };
    postcard::serialize_with_flavor(value, feed).expect("states and messages are plain data");
}

/// Mixes a number of at most 64 bits into another of as many, never two into the same one.
pub const fn mix_within(bits: u32, number: u64) -> u64 {
    let mask = u64::MAX >> (64 - bits);
    let half = bits.div_ceil(2);
    // Odd factors can be undone, and so can adding one's own upper half to the lower one. Low bits hear of high ones only
    // by the latter, so it takes three rounds where a whole word takes two.
    let mut x = number;
    let mut round = 0;
    while round < 3 {
        x = ((x ^ x >> half).wrapping_mul(FACTORS[round])) & mask;
        round += 1;
    }
    x ^ x >> half
}

/// The multipliers of SplitMix64, and of MurmurHash3's finaliser.
const FACTORS: [u64; 3] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xff51_afd7_ed55_8ccd];

/// Mixes a hash so that *sums* of mixed hashes are a good fingerprint of a multiset (equal members add up, where
/// exclusive-or would cancel them). The finaliser of SplitMix64.
pub const fn mix(hash: u64) -> u64 {
    let mut x = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
