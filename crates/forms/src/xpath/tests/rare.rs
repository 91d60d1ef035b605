//! The functions that few forms call.

use super::super::functions::index_of;
use super::super::functions::rare::{NAMES, uninstall};
use super::super::{install_rare, needs_rare};
use super::{EvalError, Expr, NodeId, Phone, Tree, Value, household};

fn value(expression: &str) -> Result<Value, EvalError> {
    Expr::parse(expression).unwrap().eval(&household(), NodeId(1), &Phone)
}

fn text(expression: &str) -> String {
    value(expression).unwrap().text(&household(), &Phone)
}

#[test]
fn every_rare_function_is_known_by_its_name_in_the_right_order() {
    let first = index_of(NAMES[0]).unwrap();
    for (place, name) in NAMES.iter().enumerate() {
        assert_eq!(index_of(name), Some(first + place), "{name}");
        assert!(Expr::parse(&format!("{name}()")).unwrap().check().iter().all(|problem| problem.known), "{name}");
    }
    assert_eq!(index_of(""), None);
    assert_eq!(index_of("acos area"), None);
    assert!(super::super::functions::at(first + NAMES.len()).is_none());
}

#[test]
fn an_expression_read_before_the_rare_functions_are_there_works_once_they_are() {
    // In a thread of its own: they are there or not for each.
    let thread = std::thread::spawn(|| {
        uninstall();
        let expr = Expr::parse("pi() > 3").unwrap();
        let eval = || expr.eval(&household(), NodeId(1), &Phone);
        assert_eq!(eval(), Err(EvalError::UnknownFunction("pi".to_owned())));
        install_rare();
        assert_eq!(eval(), Ok(Value::Bool(true)));
    });
    thread.join().unwrap();
}

#[test]
fn a_text_that_calls_a_rare_function_is_told_from_others() {
    let rare = [
        "digest('a', 'MD5')",
        "1 + sin (2)",
        "3-sin(1)",
        ".5-sin(1)",
        "if(a, b,\tdistance\n(c))",
        r#"{"calc":"1 +\nsin(2)","l":"Area"}"#,
        "/data/a[position() = randomize(b)]",
        "x:y | id('a')",
        "base64-decode(a)",
        "atan2(1, 2)",
    ];
    for text in rare {
        assert!(needs_rare(text), "{text}");
    }
    let plain = [
        "",
        "(",
        "concat('a', /data/sin, ' (', b)",
        "a-sin(1) or arcsin(2) or sins(1)",
        r#"{"l":"面积（m²）和 area, 人(id)","calc":"instance('id')"}"#,
        "if(selected(a, 'b'), today(), round(c, 2))",
        "sin / (2)",
        "\\(",
    ];
    for text in plain {
        assert_eq!(needs_rare(text), text.contains("a-sin"), "{text}");
    }
}

#[test]
fn numbers_have_their_angles_powers_and_logarithms() {
    let near = |expression: &str, wanted: f64| {
        let Value::Number(number) = value(expression).unwrap() else { panic!("{expression}") };
        assert!((number - wanted).abs() < 1e-12, "{expression} is {number}");
    };
    near("acos(0.5)", 0.5f64.acos());
    near("asin(0.5)", 0.5f64.asin());
    near("atan(0.5)", 0.5f64.atan());
    near("atan2(1, -2)", 1f64.atan2(-2.0));
    near("cos(0.5)", 0.5f64.cos());
    near("exp(2)", 2f64.exp());
    near("exp10(2)", 100.0);
    near("log(2)", std::f64::consts::LN_2);
    near("log10(1000)", 3.0);
    near("pi()", std::f64::consts::PI);
    near("sin(0.5)", 0.5f64.sin());
    near("tan(0.5)", 0.5f64.tan());
}

#[test]
fn a_digest_is_base64_unless_hexadecimal_digits_are_asked_for() {
    assert_eq!(text("digest('some text', 'MD5')"), "VS4hzUzZkYZ448Gg30kbww==");
    assert_eq!(text("digest('some text', 'md5', 'base64')"), "VS4hzUzZkYZ448Gg30kbww==");
    assert_eq!(text("digest('abc', 'SHA-1', 'hex')"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(text("digest('王', 'SHA-256', 'HEX')").len(), 64);
    assert_eq!(text("digest('', 'SHA-512', 'hex')").len(), 128);
    assert!(value("digest('a', 'SHA-3')").is_err());
    assert!(value("digest('a', 'MD5', 'octal')").is_err());
    assert_eq!(value("digest('a')"), Err(EvalError::Arguments("digest".to_owned())));
}

#[test]
fn base64_is_read_and_what_is_no_text_is_nothing() {
    assert_eq!(text("base64-decode('546L5bCP5piO')"), "王小明");
    assert_eq!(text("base64-decode('YQ==')"), "a");
    assert_eq!(text("base64-decode('/////w==')"), "");
    assert_eq!(text("base64-decode('')"), "");
}

#[test]
fn a_signed_text_is_told_when_the_signature_is_the_keys() {
    // RFC 8032, 7.1, test 2: the message is an `r`.
    let signed = "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAHI=";
    let key = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
    assert_eq!(text(&format!("extract-signed('{signed}', '{key}')")), "r");
    assert_eq!(text(&format!("extract-signed('{signed}', '{signed}')")), "");
    assert_eq!(text(&format!("extract-signed('blah', '{key}')")), "");
}

#[test]
fn conditions_are_counted_and_weighed() {
    assert_eq!(text("checklist(1, 2, true(), false(), 'yes')"), "true");
    assert_eq!(text("checklist(-1, 1, true(), 1, 'yes')"), "false");
    assert_eq!(text("weighted-checklist(3, -1, true(), 2, false(), 5, 1, 1)"), "true");
    assert_eq!(value("weighted-checklist(3, 4, 1, 2, 3)"), Err(EvalError::Arguments("weighted-checklist".to_owned())));
}

#[test]
fn places_have_distances_and_shapes_an_area() {
    let shape = "'0 0 0 0; 0 1 0 0; 1 1 0 0; 1 0 0 0; 0 0 0 0'";
    assert_eq!(text(&format!("round(area({shape}) div 1000000)")), "12391");
    assert_eq!(text(&format!("area({shape}) = enclosed-area({shape})")), "true");
    assert_eq!(text("round(distance('0 0', '0 1'))"), "111319");
    assert_eq!(text("distance('0 0')"), "0");
    assert!(value("distance('a')").is_err());
    assert_eq!(text(&format!("geofence('0.5 0.5', {shape})")), "true");
    assert_eq!(text(&format!("geofence('1.5 0.5', {shape})")), "false");
}

/// The lines are those of ODK Collect's tests of the function.
#[test]
fn a_line_that_crosses_or_touches_itself_is_told() {
    let intersects = |line: &str| value(&format!("intersects('{line}')"));
    let apart = [
        "",
        "0 0",
        "0 0; 1 0",
        "0 0; 1 1; 2 0",
        "0 0; 1 1; 2 0; 0 0",
        "1 1; 1 2; 3 3; 0 3",
        "0 0; 10 10; 0 10",
        "0 0 5 5; 1 0 3 3; 1 0 0 0; 2 0 0 0;",
    ];
    for line in apart {
        assert_eq!(intersects(line), Ok(Value::Bool(false)), "{line}");
    }
    let crossing = [
        "1 1; 1 3; 2 3; 2 2; 0 2",
        "1 1; 1 3; 2 3; 2 2; 0 2; 1 1",
        "0 0; 1 1; 2 0; -1 0",
        "0 0; 0 1; 0 0.5",
        "0 0; 0 1; 0 -1",
        "0 0; 0 1; 0 0",
        "0 0; 0 1; 0 2; 1 2; 0 1",
        "0 0; 2 0; 1 0; 0 0",
    ];
    for line in crossing {
        assert_eq!(intersects(line), Ok(Value::Bool(true)), "{line}");
    }
    assert!(intersects("0 0; a b").is_err());
}

#[test]
fn what_only_other_engines_call_is_there_too() {
    assert_eq!(text("is-selected(others, 'c')"), "true");
    assert_eq!(text("depend(met, household)"), "yes");
    assert_eq!(text("concat('(', property('username'), property('simserial'), version(), ')')"), "()");
    assert_eq!(text("namespace-uri(met)"), "");
    assert_eq!(text("count(id('h2'))"), "0");
    assert_eq!(text("lang('zh')"), "false");
}

#[test]
fn a_seed_shuffles_always_alike_and_a_text_may_be_one() {
    let tree = household();
    let order = |seed: &str| match value(&format!("randomize(/data/*{seed})")).unwrap() {
        Value::Nodes(nodes) => nodes.iter().map(|node| tree.name(*node).to_owned()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    // JavaRosa's test: that text is the seed 1756278180214341157, of which the generator takes the rest by 2^31 - 1.
    assert_eq!(order(", 'Hello'"), order(", 1395726731"));
    assert_eq!(order(", ''"), order(", 0"));
    assert_eq!(order(", /data/none"), order(", 0"));
    assert_eq!(order(", 7.9"), order(", 7"));
    assert_ne!(order(", 'Hello'"), order(", 'World'"));
    assert_eq!(order("").len(), 7);
}
