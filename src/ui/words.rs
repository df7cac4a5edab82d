//! Every word of the interface that more than one part uses, in both languages. Words that only one view uses stand
//! in that view.

use faultline::text::Text;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub const $name: Text = Text::new($en, $zh);)*
    };
}

words! {
    // The bar.
    FAULTLINE: "Faultline", "Faultline";
    CONTENTS: "Contents", "目录";
    SEARCH: "Search", "搜索";
    SEARCH_SCENARIOS: "Search scenarios", "搜索场景";
    OTHER_LANGUAGE: "中文", "EN";
    OTHER_LANGUAGE_NAME: "切换到简体中文", "Switch to English";
    THEME_AUTO: "Theme: system", "主题：跟随系统";
    THEME_LIGHT: "Theme: light", "主题：浅色";
    THEME_DARK: "Theme: dark", "主题：深色";
    SHARE: "Share", "分享";
    HELP: "Help", "帮助";
    SKIP: "Skip to the run", "跳到运行画面";

    OPEN_SCENARIO: "Open this scenario with everything around it", "打开此场景的完整页面";
    PANELS: "Panels", "面板";
    KEYS_HINT: "The arrow keys, Space and Enter work while the message flow has the focus.",
        "方向键、空格和 Enter 在消息流获得焦点时有效。";
    MARKS: "Marks and words in this run", "本次运行中的标记与术语";
    WITHOUT_FAULTS: "without faults", "没有故障";
    ORDER_ONLY: "order only", "仅顺序";
    ORDER_ONLY_HINT: "Order only: each action takes one step. No faults were found that bring this order about in time.",
        "仅顺序：每个动作占一步。没有找到能在时间上造成这一顺序的故障。";

    // Sections.
    EVENTS: "Events", "事件";
    FAULTS: "Faults", "故障";
    PARAMETERS: "Parameters", "参数";
    TOPOLOGY: "Topology", "拓扑";
    CHARTS: "Charts", "图表";
    EXPLORE: "Can it still go wrong?", "还可能出错吗？";
    COMPARE: "Compare", "对比";
    MODELLED: "What is modelled", "建模范围";
    SECTIONS: "More about this run", "关于本次运行的更多内容";

    // The transport.
    TRANSPORT: "Transport", "播放控制";
    PLAY: "Play", "播放";
    PAUSE: "Pause", "暂停";
    REPLAY: "Play again", "重新播放";
    STEP: "Step", "下一步";
    STEP_BACK: "Step back", "上一步";
    NEXT_BEAT: "Next beat", "下一关键步";
    PREVIOUS_BEAT: "Previous beat", "上一关键步";
    SPEED: "Speed", "速度";
    POSITION: "Position in the run", "运行中的位置";
    TRUE_SCALE: "True scale", "真实比例";
    TRUE_SCALE_HINT: "Show time in true proportion instead of folding long waits", "按真实比例显示时间，不折叠长时间的等待";
    UNDO: "Undo", "撤销";
    REDO: "Redo", "重做";
    NOTHING_TO_UNDO: "Nothing to undo.", "没有可撤销的修改。";
    NOTHING_TO_REDO: "Nothing to redo.", "没有可重做的修改。";
    BREAK: "Break", "破坏";
    BREAK_HINT: "While this is on, dragging marks a span.", "打开后，拖动可标记一段时间。";
    FLOW: "Message flow", "消息流";
    FLOW_HINT: "Arrow keys step and choose a node, Shift for beats, Space plays, Enter breaks, ? for help.",
        "方向键逐步移动、选择节点，Shift 跳到关键步，空格播放，Enter 注入故障，? 查看帮助。";

    // Breaking.
    BREAK_WHAT: "Break what?", "破坏哪一个？";
    WHEN: "When", "何时";
    HOW_LONG: "For how long", "持续多久";
    FOR_GOOD: "for good", "不再恢复";
    SIDES: "One side; the others are on the other side", "其中一侧；其余节点在另一侧";
    FAULTS_NOW: "Three faults that matter now", "此刻最关键的三个故障";
    EXPLORE_FROM_HERE: "Can it still go wrong from here?", "从这里开始还可能出错吗？";
    DID_NOT_APPLY: "did not apply", "未生效";
    NO_FAULTS: "No faults. Point at an arrow or a lifeline to break something.",
        "没有故障。指向箭头或生命线即可注入故障。";
    REMOVE: "Remove", "删除";
    ADD: "Add", "添加";
    FAULT_TEXT: "Fault", "故障";
    ADD_FAULT: "Add a fault", "添加故障";
    CLOSE: "Close", "关闭";
    NOTHING_CHANGES: "Changes nothing in this run.", "不改变本次运行。";
    NO_VERDICT_CHANGES: "No verdict changes.", "所有判定不变。";
    EARLIER_RUNS: "Earlier runs", "之前的运行";
    REOPEN: "Reopen", "重新打开";

    // Verdicts.
    COLON: ": ", "：";
    FULL_STOP: ".", "。";
    GO_TO_VERDICT: "Go to the step that decides it", "跳到决定判定的那一步";
    HOLDS: "holds", "成立";
    VIOLATED: "violated", "被违反";
    NOT_BROKEN_YET: "not broken yet", "尚未被违反";
    NOT_YET: "still open", "尚未达成";
    NOT_BY_THE_END: "not by the end of the run", "运行结束前未达成";
    NOT_SEEN: "not seen in this run", "本次运行未出现";

    // Trouble.
    BAD_LINK: "This link cannot be opened", "无法打开此链接";
    MEND_LINK: "The link, to mend", "修改链接";
    OPEN_LINK: "Open", "打开";
    NEAREST: "The nearest scenario", "最接近的场景";
    NO_MATCH: "No scenario matches.", "没有匹配的场景。";

    OPEN_IN_FULL: "Open in full", "打开完整页面";
    AUTHORS_RUN: "Author’s run", "作者的运行";
    READERS_RUN: "Your run", "您的运行";
    RESTORED: "This is the run as its author shared it", "已恢复为作者分享的运行";
}
