//! What is wrong with an `XForm` or an instance, where, and what to do about it.

use std::fmt;

/// A problem (or a warning) with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XFormProblem {
    /// The element, from the top down with positions among those of its name: `/h:html/h:head/model/bind[2]`; empty when the
    /// document itself is the matter.
    pub path: String,
    /// Line in the document, from 1; 0 when unknown.
    pub line: u32,
    /// What it is.
    pub kind: XFormProblemKind,
}

/// Kinds of problems with an `XForm` or an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XFormProblemKind {
    /// Not XML: why.
    NotXml(String),
    /// Not UTF-8.
    NotUtf8,
    /// A document type declaration: entities could blow it up.
    DocumentType,
    /// More elements than any form has.
    TooLarge,
    /// Elements nested deeper than any form's.
    TooDeep,
    /// An instance of another form: the id it names, and the one it should.
    OtherForm(String, String),
    /// No `head` with a `model`: no form.
    NotAForm,
    /// A model without a primary instance.
    NoInstance,
    /// The primary instance's root has no id.
    NoFormId,
    /// The same element twice where it is no repeat: its path.
    DuplicateNode(String),
    /// A reference to no node of the primary instance.
    UnknownPath(String),
    /// A control of a group, or a group of a question: the path.
    OtherStructure(String),
    /// Warning: a second control for a node.
    SecondControl(String),
    /// Warning: a group with words of its own and no node to keep them at.
    NoNode,
    /// Warning: something that means nothing here.
    Ignored(String),
    /// `jr:itext` of a text that is not there.
    NoText(String),
    /// Warning: a default that is not of its type, and is left out.
    BadDefault(String),
    /// An attribute that must be a number: its name and value.
    BadNumber(String, String),
    /// Warning: an appearance that is not drawn: it and the type.
    PlainAppearance(String, String),
    /// A question that has no choices where it must have some.
    NoChoices(String),
    /// An `itemset` that does not say what is stored.
    NoValue,
    /// Two secondary instances of one id.
    DuplicateInstance(String),
    /// `instance('id')` of an instance that is not there.
    UnknownInstance(String),
    /// An action for an event that there is not.
    BadEvent(String),
    /// An action that does not say what it sets.
    NoTarget,
    /// An action whose event does not happen where it stands.
    MisplacedAction,
    /// A way of sending that there is not.
    BadSubmission(String),
    /// Warning: answers to this form were to be encrypted.
    NotEncrypted,
    /// Not a valid expression: it and why.
    BadExpression(String, String),
    /// A function that is not known: it and the expression.
    UnknownFunction(String, String),
    /// A function with too few or too many arguments: it and the expression.
    BadArguments(String, String),
    /// Values or relevance that depend on themselves: the names on the way round.
    Cycle(Vec<String>),
    /// Warning: more instances than a filling takes.
    Crowded,
    /// Warning: the form has no version.
    NoVersion,
}

impl XFormProblemKind {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotXml(_) => "not_xml",
            Self::NotUtf8 => "not_utf8",
            Self::DocumentType => "document_type",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::OtherForm(..) => "other_form",
            Self::NotAForm => "not_a_form",
            Self::NoInstance => "no_instance",
            Self::NoFormId => "no_form_id",
            Self::DuplicateNode(_) => "duplicate_node",
            Self::UnknownPath(_) => "unknown_path",
            Self::OtherStructure(_) => "other_structure",
            Self::SecondControl(_) => "second_control",
            Self::NoNode => "no_node",
            Self::Ignored(_) => "ignored",
            Self::NoText(_) => "no_text",
            Self::BadDefault(_) => "bad_default",
            Self::BadNumber(..) => "bad_number",
            Self::PlainAppearance(..) => "plain_appearance",
            Self::NoChoices(_) => "no_choices",
            Self::NoValue => "no_value",
            Self::DuplicateInstance(_) => "duplicate_instance",
            Self::UnknownInstance(_) => "unknown_instance",
            Self::BadEvent(_) => "bad_event",
            Self::NoTarget => "no_target",
            Self::MisplacedAction => "misplaced_action",
            Self::BadSubmission(_) => "bad_submission",
            Self::NotEncrypted => "not_encrypted",
            Self::BadExpression(..) => "bad_expression",
            Self::UnknownFunction(..) => "unknown_function",
            Self::BadArguments(..) => "bad_arguments",
            Self::Cycle(_) => "cycle",
            Self::Crowded => "crowded",
            Self::NoVersion => "no_version",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotXml(why) => format!("this is not XML: {why}"),
            Self::NotUtf8 => "the file is not UTF-8: save it in that encoding".into(),
            Self::DocumentType => "a document type declaration (<!DOCTYPE …>) is not accepted: remove it".into(),
            Self::TooLarge => "the document has too many elements for a form".into(),
            Self::TooDeep => "elements are nested too deep for a form".into(),
            Self::OtherForm(found, wanted) => format!("this is an answer to the form “{found}”, not to “{wanted}”"),
            Self::NotAForm => "this XML is no XForm: it has no head with a model".into(),
            Self::NoInstance => "the model has no primary instance".into(),
            Self::NoFormId => "the root of the primary instance has no id: write one".into(),
            Self::DuplicateNode(path) => format!("{path} is there twice and is no repeat: delete one"),
            Self::UnknownPath(path) => format!("“{path}” is no node of the primary instance: check the spelling"),
            Self::OtherStructure(path) => format!("{path} is a group in one place and a question in the other"),
            Self::SecondControl(path) => format!("{path} has two controls: only the first is used"),
            Self::NoNode => "this group is bound to no node: its label is not shown".into(),
            Self::Ignored(what) => format!("“{what}” is not used by this version"),
            Self::NoText(id) => format!("there is no text “{id}” in the itext: add it"),
            Self::BadDefault(value) => format!("the default “{value}” is not of the type of its node and is left out"),
            Self::BadNumber(name, value) => format!("“{name}” must be a number, not “{value}”"),
            Self::PlainAppearance(name, kind) => {
                format!("the appearance “{name}” is not known here: drawn as plain {kind}")
            }
            Self::NoChoices(path) => format!("“{path}” is no question with choices"),
            Self::NoValue => "the itemset has no value: write <value ref=\"name\"/>".into(),
            Self::DuplicateInstance(id) => format!("there are two instances “{id}”: rename one"),
            Self::UnknownInstance(id) => format!("there is no instance “{id}” in the model: add it"),
            Self::BadEvent(name) => format!("“{name}” is no event that a form can react to"),
            Self::NoTarget => "this action sets nothing: write a ref".into(),
            Self::MisplacedAction => {
                "the event of this action does not happen here: put the action into its repeat or question".into()
            }
            Self::BadSubmission(method) => format!("answers cannot be sent by “{method}”: write post"),
            Self::NotEncrypted => {
                "the form wants its answers encrypted: this version sends them as they are, over https".into()
            }
            Self::BadExpression(text, why) => format!("the expression “{text}” is not valid: {why}"),
            Self::UnknownFunction(name, text) => format!("the function {name}() in “{text}” is not known"),
            Self::BadArguments(name, text) => format!("{name}() in “{text}” does not take that many arguments"),
            Self::Cycle(names) => format!("these depend on each other in a circle: {}", names.join(" → ")),
            Self::Crowded => {
                "at most 1,000 instances of a repeat, and 100,000 nodes in all, can be filled: the rest will be missing"
                    .into()
            }
            Self::NoVersion => {
                "the root of the primary instance has no version, and once the form is in use a changed one is refused: \
                 write one, and another for each change"
                    .into()
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotXml(why) => format!("这不是 XML：{why}"),
            Self::NotUtf8 => "文件不是 UTF-8 编码：请另存为 UTF-8".into(),
            Self::DocumentType => "不接受文档类型声明（<!DOCTYPE …>）：请删除".into(),
            Self::TooLarge => "文档元素过多，不像表单".into(),
            Self::TooDeep => "元素嵌套过深，不像表单".into(),
            Self::OtherForm(found, wanted) => format!("这是表单“{found}”的答案，不是“{wanted}”的"),
            Self::NotAForm => "这份 XML 不是 XForm：没有含 model 的 head".into(),
            Self::NoInstance => "model 中没有主实例（instance）".into(),
            Self::NoFormId => "主实例的根元素没有 id：请填写".into(),
            Self::DuplicateNode(path) => format!("{path} 出现两次，但不是重复组：请删除其一"),
            Self::UnknownPath(path) => format!("“{path}”不是主实例中的节点：请检查拼写"),
            Self::OtherStructure(path) => format!("{path} 在一处是组，在另一处是题目"),
            Self::SecondControl(path) => format!("{path} 有两个控件：只使用第一个"),
            Self::NoNode => "此组没有绑定节点：不显示其文字".into(),
            Self::Ignored(what) => format!("本版本不使用“{what}”"),
            Self::NoText(id) => format!("itext 中没有文字“{id}”：请添加"),
            Self::BadDefault(value) => format!("默认值“{value}”与节点类型不符，已略去"),
            Self::BadNumber(name, value) => format!("“{name}”须为数字，不能是“{value}”"),
            Self::PlainAppearance(name, kind) => format!("此处没有外观“{name}”：按普通 {kind} 显示"),
            Self::NoChoices(path) => format!("“{path}”不是有选项的题目"),
            Self::NoValue => "itemset 没有 value：请写 <value ref=\"name\"/>".into(),
            Self::DuplicateInstance(id) => format!("有两个名为“{id}”的 instance：请改名"),
            Self::UnknownInstance(id) => format!("model 中没有 instance“{id}”：请添加"),
            Self::BadEvent(name) => format!("“{name}”不是表单可响应的事件"),
            Self::NoTarget => "此动作没有目标：请写 ref".into(),
            Self::MisplacedAction => "此动作的事件不会在这里发生：请放到相应的重复组或题目中".into(),
            Self::BadSubmission(method) => format!("不能以“{method}”方式提交：请写 post"),
            Self::NotEncrypted => "表单要求加密答案：本版本不加密，只经 https 发送".into(),
            Self::BadExpression(text, why) => format!("表达式“{text}”有误：{why}"),
            Self::UnknownFunction(name, text) => format!("“{text}”中的函数 {name}() 不存在"),
            Self::BadArguments(name, text) => format!("“{text}”中 {name}() 的参数个数不对"),
            Self::Cycle(names) => format!("以下内容互相依赖，形成循环：{}", names.join(" → ")),
            Self::Crowded => "每个重复组最多可填 1000 项，整份表单最多 100000 个节点：超出部分不会出现".into(),
            Self::NoVersion => "主实例的根元素没有 version，启用后再改动会被拒绝：请填写，每次改动换一个版本".into(),
        }
    }
}

impl XFormProblem {
    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    pub fn words(&self, language: &str) -> String {
        if language.starts_with("zh") { self.kind.chinese() } else { self.kind.english() }
    }

    /// The same with its place.
    pub fn message(&self, language: &str) -> String {
        let text = self.words(language);
        let line = match (self.line, language.starts_with("zh")) {
            (0, _) => String::new(),
            (line, true) => format!("第 {line} 行"),
            (line, false) => format!("line {line}"),
        };
        match (line.is_empty(), self.path.is_empty()) {
            (true, true) => text,
            (false, true) => format!("{line}: {text}"),
            (true, false) => format!("{}: {text}", self.path),
            (false, false) => format!("{line}, {}: {text}", self.path),
        }
    }
}

impl fmt::Display for XFormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}

impl std::error::Error for XFormProblem {}
