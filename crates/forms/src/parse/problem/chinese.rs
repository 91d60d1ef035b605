//! The problems in Chinese.

use super::{EntityFault, ProblemKind, RangeFault};

pub(super) fn words(kind: &ProblemKind) -> String {
    use ProblemKind as K;
    match kind {
        K::NotASpreadsheet => "文件无法作为电子表格打开：请另存为 .xlsx 后重试".into(),
        K::NotUtf8 => "文本不是 UTF-8 编码：请另存为“CSV UTF-8”或 .xlsx".into(),
        K::TooLarge => "内容过大，不像表单：请删除多余的行、列和文字".into(),
        K::NoSheet(name, other) if other.is_empty() => format!("缺少名为“{name}”的工作表：请添加"),
        K::NoSheet(name, other) => format!("缺少名为“{name}”的工作表：请将“{other}”改名，或添加"),
        K::NoColumn(name) => format!("缺少“{name}”列：请在首行添加"),
        K::SameColumn(one, other) => format!("“{one}”列和“{other}”列含义相同：请删除其一"),
        K::StrangeColumn(name) => format!("此工作表不能有“{name}”列：请检查拼写，或删除"),
        K::NoQuestions => "表单中没有题目：请在列名下面添加".into(),
        K::NoType => "此行没有题型（type）：请填写，如 text、select_one".into(),
        K::NoName => "此行没有名称（name）：请填写".into(),
        K::BadName(name) => format!("“{name}”不能用作名称：须以字母或下划线开头，后接字母、数字、-、_ 或 ."),
        K::ReservedName(name) => format!("名称“{name}”由表单自己使用：请换一个"),
        K::DuplicateName(name, row) => format!("名称“{name}”在同一组的第 {row} 行已用过：请换一个"),
        K::DuplicateRepeat(name) => format!("“{name}”已是另一个重复组或表单本身的名称：请换一个"),
        K::UnknownType(name) => format!("没有“{name}”这种题型：请检查拼写"),
        K::UnsupportedType(name) => format!("本版本不支持题型“{name}”：请删除此行或换用其他题型"),
        K::Unsupported(text) => format!("本版本不支持“{text}”：请删除"),
        K::BadFile(name) => format!("列表“{name}”须为 .csv、.xml 或 .geojson 文件"),
        K::SameFile(name, one, other) => format!("“{name}”既是 {one} 又是 {other}：请给列表或文件换个名称"),
        K::NoCalculation => "此行没有计算式：请填写 calculation 列".into(),
        K::NoWords(name) => format!("“{name}”既没有 label 也没有 hint：请写明要问什么"),
        K::NoSmallImage(name) => format!("“{name}”有 big-image 而没有 image：请添加小图"),
        K::BadMedia(name) => format!("没有“{name}”这种媒体：请用 image、big-image、audio 或 video"),
        K::NoList(name) if name.is_empty() => "缺少选项列表的名称：请写在题型后面".into(),
        K::NoList(name) => format!("没有选项列表“{name}”：请在 choices 工作表中添加"),
        K::NoExternalList(name) => format!("external_choices 工作表中没有选项列表“{name}”：请添加"),
        K::DuplicateChoice(name) => format!("选项“{name}”在此列表中重复：请改名或删除其一"),
        K::SpaceInChoice(name) => format!("选项“{name}”用于多选题，名称中不能有空格"),
        K::NoFilterHere(what) => format!("{what} 与 choice_filter 不能同时使用：请删除其一"),
        K::SeveralLists(one, other) => {
            format!("一个表格只用一个选项列表，不能是“{one}”和“{other}”：请统一，或分成两组")
        }
        K::MixedSearch(name) => {
            format!("search() 需要自己的列表，而“{name}”是文件或还有不用 search() 的题目：请另建列表")
        }
        K::UnmatchedEnd(name) => format!("“{name}”没有对应的开始行：请补上，或删除此行"),
        K::UnmatchedBegin(name) => format!("“{name}”没有结束行：请补上"),
        K::UnknownReference(name) => format!("${{{name}}} 不是本表单的题目：请检查拼写"),
        K::AmbiguousReference(name) => format!("${{{name}}} 对应多个题目：请使用不同的名称"),
        K::UnclosedReference => "“${”没有结束：请写成 ${名称}".into(),
        K::BadReference(text) => format!("“{text}”不是引用：请写成 ${{名称}}，中间不要有空格"),
        K::BadTrigger(text) => format!("“{text}”不是触发题：请写成 ${{名称}}，多个之间用逗号"),
        K::UnknownTrigger(name) => format!("触发题 ${{{name}}} 不是本表单的题目：请检查拼写"),
        K::HiddenTrigger(name, target) => {
            format!("${{{name}}} 无人看得见，不能触发 ${{{target}}}：请改用要回答的题目")
        }
        K::NoTrigger => "background-geopoint 需要 trigger 列：请写明由哪道题触发".into(),
        K::NoCalculationHere => "background-geopoint 不能有计算式：请清空 calculation 列".into(),
        K::BadExpression(text, why) => format!("表达式“{text}”有误：{why}"),
        K::UnknownFunction(name, text) => format!("“{text}”中的函数 {name}() 不存在"),
        K::Cycle(names) => format!("以下内容互相依赖，形成循环：{}", names.join(" → ")),
        K::BadParameters(text) => format!("“{text}”应写成 键=值 键=值"),
        K::UnknownParameter(key, known) => format!("此题型没有参数“{key}”：可用 {known}"),
        K::BadNumber(key, value) => format!("参数“{key}”须为数字，不能是“{value}”"),
        K::BadWord(key, value, words) => format!("参数“{key}”须为 {words}，不能是“{value}”"),
        K::BadColumnName(key, value) => format!("参数“{key}”须为列名，“{value}”不能作列名"),
        K::SeedAlone => "seed 只用于随机排列的选项：请加上 randomize=true".into(),
        K::BadRange(key, fault) => range(key, *fault),
        K::BadGeometry(name) => format!("“{name}”既不是列表也不是重复组，没有位置可显示：请检查 reference-geometry"),
        K::AuditName(name) => format!("audit 的名称只能是 audit，不能是“{name}”：请清空名称"),
        K::AuditPlace => "记录位置需同时有 location-priority、location-min-interval 和 location-max-age：请补全".into(),
        K::AuditAge => "location-max-age 不能小于 location-min-interval：请调大".into(),
        K::BadApp(name) => format!("“{name}”不是应用：请写包名，如 org.example.app"),
        K::Entity(fault) => entity(fault),
        _ => warning(kind),
    }
}

fn warning(kind: &ProblemKind) -> String {
    use ProblemKind as K;
    match kind {
        K::UnknownLanguage(name) => format!("默认语言“{name}”没有对应的列，如 label::{name}"),
        K::NoLabel(name) => format!("“{name}”没有题目文字（label）"),
        K::UnusedColumn(name) => format!("本版本不使用“{name}”列"),
        K::SpaceInColumn(name) => format!("筛选式无法使用“{name}”列：请去掉列名中的空格"),
        K::MisspeltSheet(name, known) => {
            format!("工作表“{name}”不会被读取：若指“{known}”请改名，否则可改为“_{name}”")
        }
        K::SkippedRow => "此行没有题型、名称和文字，已跳过".into(),
        K::RowsBelow => "从此行起离表单太远，不会被读取".into(),
        K::Disabled => "disabled 列已过时：请用 relevant".into(),
        K::SimilarName(name) => format!("“{name}”与另一名称只有大小写不同"),
        K::OldType(name) => format!("现在的手机不提供“{name}”：将为空"),
        K::MapFile => "osm 按普通文件收集".into(),
        K::NoTranslation(column, language) => format!("语言“{language}”没有 {column} 列"),
        K::OtherUntranslated => "or_other 添加的“Other”和“Specify other.”是英文：其他语言请自行编写".into(),
        K::TwoFormIds => "同时有 form_id 和 id_string：使用 form_id".into(),
        K::PlainAppearance(name, kind) => format!("此处没有外观“{name}”：按普通 {kind} 显示"),
        K::IdleTrigger(name) => format!("${{{name}}} 无人回答，不会触发任何内容"),
        K::Crowded => "每个重复组最多可填 1000 项，整份表单最多 100000 个节点：超出部分不会出现".into(),
        K::NoFilterColumn(column, list, known) => {
            format!("选项列表“{list}”没有“{column}”列（现有：{known}）：请检查拼写")
        }
        K::IdleWord(word) => {
            format!("“{word}”在此不指任何内容，结果总为空：请写 yes 或 no，文字写成 '{word}'，答案写成 ${{{word}}}")
        }
        K::UnknownChoice(word, question) => format!("“{question}”没有选项“{word}”：请检查拼写"),
        K::NoVersion => "表单没有版本，启用后再改动会被拒绝：请填写 version 列，每次改动换一个版本".into(),
        K::NoLabelIn(name, language) => format!("“{name}”没有语言“{language}”的标签：请填写"),
        _ => String::new(),
    }
}

fn range(key: &str, fault: RangeFault) -> String {
    match fault {
        RangeFault::Zero => format!("“{key}”不能为 0"),
        RangeFault::TooWide => format!("“{key}”大于整个范围：请调小"),
        RangeFault::OffStep => format!("“{key}”须为 step 的倍数"),
        RangeFault::Outside => format!("“{key}”须在 start 和 end 之间"),
        RangeFault::Appearance => format!("“{key}”只能用于默认、vertical 或 no-ticks 外观：请删除其一"),
        RangeFault::NoList => format!("“{key}”须为 choices 工作表中的列表"),
        RangeFault::NotNumbers => format!("“{key}”的选项须全部为数字"),
        RangeFault::ChoiceOutside => format!("“{key}”的选项须全部在 start 和 end 之间"),
        RangeFault::ChoiceOffTick => format!("“{key}”的选项须全部落在刻度上"),
        RangeFault::NotEnds => format!("没有刻度时，“{key}”只能有 start 和 end 两个选项"),
    }
}

fn entity(fault: &EntityFault) -> String {
    use EntityFault as F;
    match fault {
        F::NoEntities => "save_to 需要 entities 工作表：请添加，并写明列表".into(),
        F::TwiceSaved(name, row) => format!("“{name}”在第 {row} 行已保存：请修改其一"),
        F::OnGroup => "组和重复组没有可保存的答案：请把 save_to 移到题目上".into(),
        F::NoList(name) => format!("entities 工作表中没有列表“{name}”：请检查拼写"),
        F::NoLabel(list) => format!("“{list}”新建实体需要 label 列：请填写"),
        F::NoUpdateIf(list) => format!("“{list}”有 create_if 和 entity_id：请同时填写 update_if，或清空 entity_id"),
        F::NoId(list) => format!("“{list}”有 update_if 而没有 entity_id：请写明更新哪个实体"),
        F::NoPrefix(name) => format!("有多个列表：save_to 请写成 列表#{name}"),
        F::TwoPrefixes(text) => format!("“{text}”中有多个 #：请写成 列表#属性"),
        F::NoRoom(place, row) => format!("{place} 已有第 {row} 行的实体：请把各自的题目放进不同的组"),
        F::OtherScope(list, one, other) => {
            format!("“{list}”同时使用 {one} 和 {other} 中的答案：请只用一个重复组，或先汇总")
        }
        F::BadName(name) => {
            format!("此处不能用“{name}”：须以字母开头，不能以 __ 开头，不能有 .，也不能是 name 或 label")
        }
        F::NoName => "此实体没有列表：请填写 list_name 列".into(),
        F::DuplicateList(name) => format!("列表“{name}”已在此工作表中：每个列表一行"),
    }
}
