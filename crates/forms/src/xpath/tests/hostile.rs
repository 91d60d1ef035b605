//! Texts made to cost much: an error or a value, in a moment.

use std::thread;

use super::{EvalError, Expr, NodeId, Phone, Value, household};

/// Reads, looks at, prints and evaluates a text, on a stack as small as a browser's.
fn try_all(text: String) -> Result<Result<Value, EvalError>, String> {
    let work = move || {
        let expr = Expr::parse(&text).map_err(|error| error.text())?;
        let _ = (expr.check().len(), expr.functions().len(), expr.paths().len());
        assert!(Expr::parse(&expr.to_string()).is_ok());
        Ok(expr.eval(&household(), NodeId(1), &Phone))
    };
    thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap()
}

const MANY: usize = 100_000;

#[test]
fn brackets_without_end_are_refused_with_their_place() {
    let deep = "nested too deep";
    for (open, close) in
        [("(", ")"), ("a[", "]"), ("not(", ")"), ("-(", ")"), ("a[b/c[", "]]"), ("1 + (", ")"), ("(a|", ")")]
    {
        let text = format!("{}1{}", open.repeat(MANY), close.repeat(MANY));
        let error = try_all(text).unwrap_err();
        assert!(error.starts_with(deep), "{open}: {error}");
        assert!(try_all(open.repeat(MANY)).unwrap_err().starts_with(deep), "{open}");
    }
}

#[test]
fn signs_steps_and_operators_without_end_are_read() {
    assert_eq!(try_all(format!("{}1", "-".repeat(MANY))), Ok(Ok(Value::Number(1.0))));
    assert_eq!(try_all(format!("{}1", "-".repeat(MANY + 1))), Ok(Ok(Value::Number(-1.0))));
    assert_eq!(try_all("/a".repeat(MANY)), Ok(Ok(Value::Nodes(Vec::new()))));
    assert_eq!(try_all(format!("/data{}", "/..".repeat(MANY))), Ok(Ok(Value::Nodes(Vec::new()))));
    assert_eq!(try_all(format!("/data{}", "/.".repeat(MANY))), Ok(Ok(Value::Nodes(vec![NodeId(1)]))));
    assert!(matches!(try_all(format!("/data{}", "//.".repeat(1000))), Ok(Ok(Value::Nodes(_)))));
    assert_eq!(try_all(format!("1{}", " + 1".repeat(MANY))), Ok(Ok(Value::Number(100_001.0))));
    assert_eq!(try_all(format!("1{}", " or 1".repeat(MANY))), Ok(Ok(Value::Bool(true))));
    assert_eq!(try_all(format!("met{}", " | met".repeat(MANY))), Ok(Ok(Value::Nodes(vec![NodeId(3)]))));
    assert_eq!(try_all(format!("1{}", " = 1 + 1 * 2".repeat(MANY / 4))), Ok(Ok(Value::Bool(false))));
}

#[test]
fn predicates_and_arguments_without_end_are_read() {
    assert_eq!(try_all(format!("/data{}", "[1]".repeat(MANY))), Ok(Ok(Value::Nodes(vec![NodeId(1)]))));
    assert_eq!(try_all(format!("/data{}", "[met]".repeat(MANY))), Ok(Ok(Value::Nodes(vec![NodeId(1)]))));
    assert_eq!(try_all(format!("(met){}", "[. = 'yes']".repeat(MANY / 2))), Ok(Ok(Value::Nodes(vec![NodeId(3)]))));
    let arguments = format!("concat('a'{})", ", 'a'".repeat(MANY));
    assert_eq!(try_all(arguments), Ok(Ok(Value::Text("a".repeat(MANY + 1)))));
    let arguments = format!("if(1{})", ", 1".repeat(MANY));
    assert_eq!(try_all(arguments), Ok(Err(EvalError::Arguments("if".to_owned()))));
    assert!(try_all(format!("f({}", "1,".repeat(MANY))).is_err());
    let calls: String = (0..MANY).map(|at| format!("f{at}() + ")).collect();
    assert!(matches!(try_all(calls + "1"), Ok(Err(EvalError::UnknownFunction(_)))));
}

#[test]
fn a_million_characters_are_read_or_refused() {
    const MILLION: usize = 1 << 20;
    assert_eq!(try_all(format!("string-length('{}')", "村".repeat(MILLION / 3))), Ok(Ok(Value::Number(349_525.0))));
    assert_eq!(try_all("a".repeat(MILLION)), Ok(Ok(Value::Nodes(Vec::new()))));
    assert!(matches!(try_all("1".repeat(MILLION)), Ok(Ok(Value::Number(number))) if number.is_infinite()));
    assert!(matches!(try_all(format!("0.{}1", "0".repeat(MILLION))), Ok(Ok(Value::Number(number))) if number == 0.0));
    assert!(matches!(try_all(format!("{}()", "f".repeat(MILLION))), Ok(Err(EvalError::UnknownFunction(_)))));
    for refused in [" ", "'", "!", "\"", "a ", "1 ", "::", "$", ")", "=", "|", ","] {
        assert!(try_all(refused.repeat(MILLION / refused.len())).is_err(), "{refused:?}");
    }
    assert_eq!(try_all(format!("{}1{}", " ".repeat(MILLION), "\n".repeat(MILLION))), Ok(Ok(Value::Number(1.0))));
}

/// Each predicate looks from each of the nodes it filters: that is a product, and must not be written out.
#[test]
fn what_predicates_look_at_is_not_multiplied_without_end() {
    assert!(try_all("a[b]/".repeat(MANY / 2) + "c").is_ok());
    assert!(try_all(format!("(a{}){}", " | a".repeat(MANY / 4), "[b]".repeat(MANY / 4))).is_ok());
    let named: String = (0..MANY / 4).map(|at| format!(" | a{at}")).collect();
    assert!(try_all(format!("(a{named}){}", "[b]".repeat(MANY / 4))).is_ok());
}
