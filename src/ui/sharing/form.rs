//! In what forms a run can be handed to others.

use faultline::text::Text;

/// A form of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Link,
    /// The element with its script.
    Embed,
    /// A plain frame.
    Frame,
    Picture,
    Animation,
    Png,
    Gif,
    Mermaid,
    ShiViz,
    Json,
    Table,
    /// The laboratory itself in one file.
    Page,
}

impl Form {
    pub const ALL: [Form; 12] = [
        Form::Link,
        Form::Embed,
        Form::Frame,
        Form::Picture,
        Form::Animation,
        Form::Png,
        Form::Gif,
        Form::Mermaid,
        Form::ShiViz,
        Form::Json,
        Form::Table,
        Form::Page,
    ];

    /// The word by which the page tells it from others.
    pub fn key(self) -> &'static str {
        match self {
            Form::Link => "link",
            Form::Embed => "embed",
            Form::Frame => "frame",
            Form::Picture => "picture",
            Form::Animation => "animation",
            Form::Png => "png",
            Form::Gif => "gif",
            Form::Mermaid => "mermaid",
            Form::ShiViz => "shiviz",
            Form::Json => "json",
            Form::Table => "table",
            Form::Page => "page",
        }
    }

    pub fn name(self) -> Text {
        match self {
            Form::Link => Text::new("Link", "链接"),
            Form::Embed => Text::new("Embed", "嵌入"),
            Form::Frame => Text::new("Embed without script", "无脚本嵌入"),
            Form::Picture => Text::new("SVG picture", "SVG 图片"),
            Form::Animation => Text::new("SVG that plays", "SVG 动画"),
            Form::Png => Text::new("PNG picture", "PNG 图片"),
            Form::Gif => Text::new("GIF film", "GIF 动图"),
            Form::Mermaid => Text::new("Mermaid diagram", "Mermaid 图"),
            Form::ShiViz => Text::new("ShiViz log", "ShiViz 日志"),
            Form::Json => Text::new("JSON trace", "JSON 轨迹"),
            Form::Table => Text::new("Table", "表格"),
            Form::Page => Text::new("One HTML file", "单个 HTML 文件"),
        }
    }

    /// What it is for, in a sentence.
    pub fn use_of(self) -> Text {
        match self {
            Form::Link => Text::new("Whoever opens it sees exactly this run.", "打开者看到的运行与此完全一致。"),
            Form::Embed => Text::new(
                "For a post: a picture that readers can play and break. Put run.svg beside the post.",
                "用于文章：读者可以播放并破坏的图片。请将 run.svg 与文章放在一起。",
            ),
            Form::Frame => Text::new("For places that take frames and no scripts.", "用于允许框架但不允许脚本的地方。"),
            Form::Picture => Text::new(
                "Stands by itself; light or dark as the reader prefers.",
                "独立的图片，随读者的偏好显示浅色或深色。",
            ),
            Form::Animation => Text::new(
                "Plays once, without any script; still for readers who want less motion.",
                "无需脚本，播放一次；对希望减少动画的读者保持静止。",
            ),
            Form::Png => Text::new(
                "Carries its link: drop it onto this page to open the run again.",
                "图片中含有链接：将其拖到本页面即可重新打开该运行。",
            ),
            Form::Gif => {
                Text::new("For chats and slides: paced as the player paces it.", "用于聊天和幻灯片，节奏与播放器一致。")
            }
            Form::Mermaid => Text::new(
                "A sequence diagram as text, for documents that draw Mermaid.",
                "文本形式的时序图，用于支持 Mermaid 的文档。",
            ),
            Form::ShiViz => Text::new(
                "Events with vector clocks, as ShiViz opens them.",
                "带向量时钟的事件日志，可用 ShiViz 打开。",
            ),
            Form::Json => Text::new(
                "One object a line: every event, every verdict, the end.",
                "每行一个对象：所有事件、所有判定和结局。",
            ),
            Form::Table => Text::new(
                "The events as tab-separated text, for a spreadsheet.",
                "以制表符分隔的事件表，可在电子表格中打开。",
            ),
            Form::Page => Text::new(
                "The whole laboratory, opened at this run: plays from a disk, without a network.",
                "整个实验室，打开即是这次运行：存在本地磁盘上也能用，无需联网。",
            ),
        }
    }

    /// The form of that word on the command line, which the exporter writes; of a PNG the picture that it is painted from.
    pub fn written_as(self) -> Option<&'static str> {
        Some(match self {
            Form::Link | Form::Frame | Form::Gif | Form::Page => return None,
            Form::Embed | Form::Picture | Form::Png => "svg",
            Form::Animation => "animated-svg",
            Form::Mermaid => "mermaid",
            Form::ShiViz => "shiviz",
            Form::Json => "json",
            Form::Table => "table",
        })
    }

    /// What its file is called after the run's name, and the file's media type; none if it is no file of its own.
    pub fn file(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Form::Link | Form::Frame => return None,
            Form::Embed | Form::Picture => (".svg", "image/svg+xml"),
            Form::Animation => ("-plays.svg", "image/svg+xml"),
            Form::Png => (".png", "image/png"),
            Form::Gif => (".gif", "image/gif"),
            Form::Mermaid => (".mmd", "text/plain;charset=utf-8"),
            Form::ShiViz => (".log", "text/plain;charset=utf-8"),
            Form::Json => (".jsonl", "application/jsonl"),
            Form::Table => (".tsv", "text/tab-separated-values;charset=utf-8"),
            Form::Page => (".html", "text/html;charset=utf-8"),
        })
    }

    /// Whether it is looked at rather than read.
    pub fn is_picture(self) -> bool {
        matches!(self, Form::Picture | Form::Animation | Form::Png | Form::Gif)
    }

    /// Whether it is text that can be copied.
    pub fn is_text(self) -> bool {
        !matches!(self, Form::Png | Form::Gif | Form::Page)
    }

    /// Whether it stands in somebody's page.
    pub fn is_embedded(self) -> bool {
        matches!(self, Form::Embed | Form::Frame)
    }

    /// Whether whoever looks at it can play the run.
    pub fn is_played(self) -> bool {
        self.is_embedded() || self == Form::Page
    }
}
