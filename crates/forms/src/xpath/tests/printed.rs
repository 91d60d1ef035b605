//! Expressions printed and read again.

use proptest::prelude::*;

use super::super::ast::{Axis, Call, Node, Op, Path, Start, Step, Test};
use super::super::functions::index_of;
use super::Expr;

fn name() -> impl Strategy<Value = String> {
    let names = ["a", "div", "and", "or", "mod", "text", "node", "self", "a-b", "a.1", "x:y", "jr:z", "村", "_"];
    prop::sample::select(names.to_vec()).prop_map(str::to_owned)
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof!["[^\"]{0,6}", "[^']{0,6}"]
}

fn call(args: impl Strategy<Value = Vec<Node>>) -> impl Strategy<Value = Node> {
    let names = ["if", "digest", "jr:itext", "unknown", "div", "count", "a:b"];
    (prop::sample::select(names.to_vec()), args)
        .prop_map(|(name, args)| Node::Call(Box::new(Call { name: name.to_owned(), index: index_of(name), args })))
}

fn step(predicates: BoxedStrategy<Vec<Node>>) -> impl Strategy<Value = Step> {
    let axes: Vec<Axis> = Axis::NAMES.iter().map(|(_, axis)| *axis).collect();
    let test = prop_oneof![
        4 => name().prop_map(Test::Name),
        1 => Just(Test::Any),
        1 => Just(Test::Prefix("jr:".to_owned())),
        3 => Just(Test::Node),
        1 => Just(Test::Text),
        1 => Just(Test::Comment),
        1 => prop::option::of(literal()).prop_map(Test::Instruction),
    ];
    let axis = prop_oneof![2 => prop::sample::select(axes), 1 => Just(Axis::DescendantOrSelf)];
    (axis, test, predicates).prop_map(|(axis, test, predicates)| Step { axis, test, predicates })
}

fn path(inner: &BoxedStrategy<Node>) -> impl Strategy<Value = Node> + use<> {
    let few = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(inner.clone(), 1..3)].boxed();
    let start = prop_oneof![
        2 => Just(Start::Context),
        2 => Just(Start::Root),
        1 => (inner.clone(), few.clone()).prop_map(|(inner, predicates)| Start::Filter(Box::new(inner), predicates)),
    ];
    (start, prop::collection::vec(step(few), 0..4)).prop_filter_map("no path", |(start, steps)| {
        let is_path = match &start {
            Start::Context => !steps.is_empty(),
            Start::Root => true,
            Start::Filter(_, predicates) => !steps.is_empty() || !predicates.is_empty(),
        };
        is_path.then(|| Node::Path(Box::new(Path { start, steps })))
    })
}

/// Operators of one precedence; what is on the left of them is no such chain, since that would go on as this one.
fn chain(inner: &BoxedStrategy<Node>) -> impl Strategy<Value = Node> + use<> {
    let ops = || prop::sample::select(Op::MARKS.iter().map(|(_, op)| *op).collect::<Vec<_>>());
    (inner.clone(), ops(), prop::collection::vec((ops(), inner.clone()), 1..4)).prop_filter_map(
        "goes on",
        |(first, kind, rest)| {
            let own = kind.precedence();
            let rest: Vec<_> =
                rest.into_iter().map(|(op, part)| (if op.precedence() == own { op } else { kind }, part)).collect();
            let goes_on = matches!(&first, Node::Chain(_, other) if other[0].0.precedence() == own);
            (!goes_on).then(|| Node::Chain(Box::new(first), rest))
        },
    )
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        (0.0..1e6_f64).prop_map(Node::Number),
        (0u32..9).prop_map(|number| Node::Number(f64::from(number))),
        Just(Node::Number(f64::INFINITY)),
        Just(Node::Number(f64::MIN_POSITIVE)),
        literal().prop_map(Node::Text),
        Just(Node::Path(Box::new(Path { start: Start::Root, steps: Vec::new() }))),
        step(Just(Vec::new()).boxed())
            .prop_map(|step| Node::Path(Box::new(Path { start: Start::Context, steps: vec![step] }))),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            chain(&inner),
            (inner.clone(), any::<bool>()).prop_map(|(inner, changed)| Node::Minus(Box::new(inner), changed)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::Union),
            path(&inner),
            call(prop::collection::vec(inner, 0..4)),
        ]
    })
}

#[test]
fn an_expression_is_printed_in_the_short_way() {
    let printed = |text: &str| Expr::parse(text).unwrap().to_string();
    assert_eq!(printed("1+(2*3)-4 div(5- 6)"), "1 + 2 * 3 - 4 div (5 - 6)");
    assert_eq!(printed("child::a/parent::node()//@b[ 1 ]|/ "), "a/..//@b[1] | (/)");
    assert_eq!(printed("- -a or(b and c)"), "--a or b and c");
    assert_eq!(printed("(a or b)and c"), "(a or b) and c");
    assert_eq!(printed("if(. = \"it's\", '\"', -.5)"), "if(. = \"it's\", '\"', -0.5)");
    assert_eq!(
        printed("instance( 'x' )/root/item[name=current()/../y]"),
        "instance(\"x\")/root/item[name = current()/../y]"
    );
    assert_eq!(printed("/"), "/");
    assert_eq!(printed("(/)*2=/"), "(/) * 2 = (/)");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_that_is_printed_and_read_again_is_the_same(node in node()) {
        let expr = Expr(node);
        let text = expr.to_string();
        prop_assert_eq!(Expr::parse(&text), Ok(expr), "{}", text);
    }

    #[test]
    fn whatever_text_is_an_expression_is_the_same_when_printed(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "/", "//", "..", ".", "[", "]", "(", ")", "-", "*", "1", "0.5", "'x'", "=", "|", ",", " ", " or ",
                " div ", "count(", "@", "self::", "node()", "ancestor::",
            ]),
            0..12,
        )
    ) {
        if let Ok(expr) = Expr::parse(&parts.concat()) {
            prop_assert_eq!(Expr::parse(&expr.to_string()), Ok(expr));
        }
    }
}
