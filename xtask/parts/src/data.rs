//! Which bytes of the module's data a part brings along.

use crate::references::Piece;
use std::ops::Range;
use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, Module};

/// Between two runs of bytes that are kept, so many are kept too: a run of its own would take as many to say where.
const GAP: usize = 8;

/// Keeps in a module the data of some pieces, and what belongs to no piece if that is wanted.
pub fn keep(
    module: &mut Module,
    places: &[Range<u32>],
    wanted: impl Fn(Piece) -> bool,
    loose: bool,
) -> Result<(), String> {
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in segments {
        let segment = module.data.get(id);
        let DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(start)) } = segment.kind else {
            return Err("a segment of data has no place of its own.".to_owned());
        };
        let start = start as u32;
        let mut kept = vec![loose; segment.value.len()];
        let end = start + segment.value.len() as u32;
        let first = places.partition_point(|place| place.end <= start);
        for (piece, place) in places.iter().enumerate().skip(first).take_while(|(_, place)| place.start < end) {
            let bytes = place.start.max(start) - start..place.end.min(end) - start;
            kept[bytes.start as usize..bytes.end as usize].fill(wanted(piece));
        }
        let runs: Vec<(u32, Vec<u8>)> =
            runs(&kept).into_iter().map(|run| (start + run.start as u32, segment.value[run].to_vec())).collect();
        module.memories.get_mut(memory).data_segments.remove(&id);
        module.data.delete(id);
        for (start, bytes) in runs {
            let offset = ConstExpr::Value(Value::I32(start as i32));
            let segment = module.data.add(DataKind::Active { memory, offset }, bytes);
            module.memories.get_mut(memory).data_segments.insert(segment);
        }
    }
    Ok(())
}

/// Runs of bytes that are kept, with small gaps closed.
fn runs(kept: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
        match runs.last_mut() {
            Some(run) if at - run.end <= GAP => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{GAP, runs};

    #[test]
    fn runs_close_small_gaps() {
        let mut kept = vec![true; 3];
        kept.extend(vec![false; GAP]);
        kept.push(true);
        kept.extend(vec![false; GAP + 1]);
        kept.push(true);
        assert_eq!(runs(&kept), [0..GAP + 4, 2 * GAP + 5..2 * GAP + 6]);
    }
}
