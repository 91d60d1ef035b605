//! A form played step by step: what changes is told, what is not as expected as well.
#![cfg(feature = "read")]

use std::rc::Rc;

use serde_json::{Value, json};
use zhucun_forms::play::{Step, StepProblem, run, same_instance};
use zhucun_forms::xform::read_xform;
use zhucun_forms::{Definition, Host, NativeHost};

const FORM: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model><instance><data id="f">
  <age/><more/><fixed>x</fixed><child jr:template=""><name/></child><meta><instanceID/></meta></data></instance>
  <bind nodeset="/data/age" type="int" constraint=". &lt; 120" jr:constraintMsg="Too old" required="true()"/>
  <bind nodeset="/data/more" relevant="/data/age &gt; 17"/><bind nodeset="/data/fixed" readonly="/data/age = 1"/>
  <bind nodeset="/data/meta/instanceID" jr:preload="uid"/></model></h:head><h:body>
  <input ref="/data/age"/><input ref="/data/more"/><input ref="/data/fixed"/>
  <repeat nodeset="/data/child"><input ref="/data/child/name"/></repeat></h:body></h:html>"#;

fn definition() -> Rc<Definition> {
    Rc::new(read_xform(FORM).expect("a form").definition)
}

/// The lines of a form played with these steps, and how many steps are wrong.
fn play(instance: Option<&str>, steps: &[Value]) -> (Vec<Value>, usize) {
    play_form(definition(), instance, steps)
}

fn play_form(form: Rc<Definition>, instance: Option<&str>, steps: &[Value]) -> (Vec<Value>, usize) {
    let host: Rc<dyn Host> = Rc::new(NativeHost::new(0, 480));
    let mut lines = Vec::new();
    let wrong = run(Ok(form), &Rc::default(), instance, steps, &host, &mut |line| lines.push(line.clone()));
    (lines, wrong)
}

/// ODK's pattern for repeating as long as a condition is met, as an XForm has it.
const AS_LONG_AS: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model><instance><data id="f">
  <are/><wanted/><visit jr:template=""><whom/><another/></visit><meta><instanceID/></meta></data></instance>
  <bind nodeset="/data/are" type="int" calculate="count(/data/visit)"/>
  <bind nodeset="/data/wanted" type="int" readonly="true()"
    calculate="if(/data/are = 0 or /data/visit[position() = /data/are]/another = 'yes', /data/are + 1, /data/are)"/>
  </model></h:head><h:body><repeat nodeset="/data/visit" jr:count="/data/wanted">
  <input ref="/data/visit/whom"/><input ref="/data/visit/another"/></repeat></h:body></h:html>"#;

#[test]
fn a_repeat_goes_on_as_long_as_its_last_instance_says_so() {
    let form = Rc::new(read_xform(AS_LONG_AS).expect("how many there are may depend on what is in them").definition);
    let count = |count: u32| json!({"expect_repeat_count": ["/data/visit", count]});
    let another = |place: u32, yes: &str| json!({"answer": [format!("/data/visit[{place}]/another"), yes]});
    let steps = [
        count(1),
        another(1, "yes"),
        count(2),
        another(2, "yes"),
        count(3),
        another(3, "no"),
        another(1, "no"),
        count(3),
        json!({"save_and_reopen": true}),
        count(3),
        another(3, "yes"),
        count(4),
    ];
    let (lines, wrong) = play_form(form, None, &steps);
    assert_eq!(wrong, 0, "{lines:?}");
}

#[test]
fn a_repeat_that_always_wants_one_more_comes_to_an_end() {
    let form =
        AS_LONG_AS.replace("if(/data/are = 0 or /data/visit[position() = /data/are]/another = 'yes', ", "coalesce(");
    let form = Rc::new(read_xform(&form).expect("a form").definition);
    let (lines, wrong) = play_form(form, None, &[json!({"expect_repeat_count": ["/data/visit", 1000]})]);
    assert_eq!(wrong, 0, "{}", lines[1]);
}

#[test]
fn a_step_that_wants_more_than_a_filling_takes_says_so_once() {
    let form = AS_LONG_AS.replace("jr:count=\"/data/wanted\"", "jr:count=\"/data/are * 0 + /data/number\"");
    let form = form.replace("<are/>", "<number/><are/>");
    let form = Rc::new(read_xform(&form).expect("a form").definition);
    let number = |number: &str| json!({"answer": ["/data/number", number]});
    let (lines, wrong) = play_form(form, None, &[number("2"), number("1500"), number("1600")]);
    assert_eq!(wrong, 0, "{lines:?}");
    let told: Vec<_> =
        lines.iter().map(|line| line.get("problems").map_or(0, |all| all.as_array().map_or(0, Vec::len))).collect();
    assert_eq!(told, [0, 0, 1, 0]);
    assert_eq!(lines[2]["problems"][0], "/data/visit: /data/are * 0 + /data/number: over 1,000 instances");
}

#[test]
fn each_step_tells_what_it_changed() {
    let (lines, wrong) = play(None, &[json!({"answer": ["/data/age", "130.5"]}), json!({"new_repeat": "/data/child"})]);
    assert_eq!(wrong, 0);
    let opened = lines[0]["changed"].as_array().expect("what there is");
    assert!(opened.contains(&json!({"expect_relevant": ["/data/more", false]})));
    assert!(opened.contains(&json!({"expect_repeat_count": ["/data/child", 0]})));
    assert!(opened.contains(&json!({"expect_valid": ["/data/age", false, "required"]})));
    assert_eq!(
        lines[1]["changed"],
        json!([
            {"expect_value": ["/data/age", "130"]},
            {"expect_valid": ["/data/age", false, "constraint"]},
            {"expect_message": ["/data/age", "Too old"]},
            {"expect_valid": ["/data/age", true, "required"]},
            {"expect_relevant": ["/data/more", true]},
        ])
    );
    assert_eq!(
        lines[2]["changed"],
        json!([{"expect_repeat_count": ["/data/child", 1]}, {"expect_value": ["/data/child[1]/name", ""]}])
    );
}

#[test]
fn what_is_not_as_expected_is_told_with_what_there_is() {
    let steps = [
        json!({"expect_value": ["/data/fixed", "y"], "asserted": true}),
        json!({"expect_relevant": ["/data/more", false]}),
        json!({"expect_gone": "/data/child[1]"}),
        json!({"expect_instance_xml": "<data id='f'><age/></data>"}),
    ];
    let (lines, wrong) = play(None, &steps);
    assert_eq!(wrong, 2);
    assert_eq!(lines[1]["wrong"], "x");
    assert!(lines[2].get("wrong").is_none() && lines[3].get("wrong").is_none());
    assert_eq!(lines[4]["wrong"]["why"], "<data> has in it “age fixed meta” and not “age”");
}

#[test]
fn a_step_that_cannot_be_taken_is_wrong() {
    let steps = [
        json!({"answer": ["/data/none", "1"]}),
        json!({"answer": ["/data/child", "1"]}),
        json!({"answer": ["/data/age", "1"]}),
        json!({"answer": ["/data/fixed", "1"]}),
        json!({"remove_repeat": "/data/child[1]"}),
        json!({"set_language": "tlh"}),
        json!({"sing": "a song"}),
    ];
    let (lines, wrong) = play(None, &steps);
    assert_eq!(wrong, 6);
    assert_eq!(lines[4]["wrong"], "the answer may not be changed at /data/fixed");
    assert_eq!(StepProblem::NoNode("/x".into()).message("zh-CN"), "此处没有节点：/x");
}

#[test]
fn a_form_that_is_to_be_refused_must_be() {
    let host: Rc<dyn Host> = Rc::new(NativeHost::new(0, 0));
    let refused = [json!({"expect_load_error": "no such function"})];
    let count = |form, steps: &[Value]| run(form, &Rc::default(), None, steps, &host, &mut |_| {});
    assert_eq!(count(Err(vec!["bad".into()]), &refused), 0);
    assert_eq!(count(Err(vec!["bad".into()]), &[]), 1);
    assert_eq!(count(Ok(definition()), &refused), 1);
}

#[test]
fn an_instance_that_is_edited_gets_a_new_id() {
    let xml = "<data id='f'><age>20</age><more>m</more><fixed>z</fixed><child><name>a</name></child>\
               <meta><instanceID>uuid:old</instanceID></meta></data>";
    let steps = [
        json!({"expect_value": ["/data/child[1]/name", "a"]}),
        json!({"expect_instance_xml": "<data id='f'><age>20</age><more>m</more><fixed>z</fixed><child><name>a</name></child>\
               <meta><instanceID>uuid:*</instanceID><deprecatedID>uuid:old</deprecatedID></meta></data>"}),
    ];
    let (lines, wrong) = play(Some(xml), &steps);
    assert_eq!(wrong, 0, "{lines:?}");
    assert_eq!(play(Some("<other id='x'/>"), &steps).0[0]["opened"], false);
}

#[test]
fn an_unknown_step_is_told_with_the_steps_there_are_and_an_ill_shaped_one_with_its_shape() {
    for unknown in [json!({"expect_foo": 1}), json!("answer"), json!({"answer": ["/a", "1"], "new_repeat": "/b"})] {
        let told = Step::of(&unknown).expect_err("no step");
        let all = "answer, new_repeat, remove_repeat, set_language, save_and_reopen, expect_value, expect_relevant";
        assert!(told.to_string().contains(all) && told.to_string().contains(&unknown.to_string()), "{told}");
        assert!(told.message("zh").contains("answer、new_repeat"));
    }
    let valid = r#"{"expect_valid": [path, true or false, "constraint" or "required"]}"#;
    for (step, shape) in [
        (json!({"expect_valid": ["/a", false]}), valid),
        (json!({"expect_valid": ["/a", false, "type"]}), valid),
        (json!({"answer": ["/a", 1]}), r#"{"answer": [path, value]}"#),
        (json!({"answer": ["/a"]}), r#"{"answer": [path, value]}"#),
        (json!({"new_repeat": ["/a", "b"]}), r#"{"new_repeat": path}"#),
        (json!({"save_and_reopen": false}), r#"{"save_and_reopen": true}"#),
        (json!({"expect_choices": ["/a", "b"]}), r#"{"expect_choices": [path, [name, …]]}"#),
    ] {
        assert_eq!(Step::of(&step), Err(StepProblem::Shape(shape)), "{step}");
    }
    assert_eq!(StepProblem::Shape(valid).to_string(), format!("this step looks like this: {valid}"));
}

#[test]
fn steps_are_an_array_or_lines() {
    let step = json!({"new_repeat": "/data/child"});
    for text in [format!("[{step}, {step}]"), format!("{step}\n\n{step}\n")] {
        assert_eq!(Step::all(&text).expect("steps"), [step.clone(), step.clone()]);
    }
    assert!(Step::all("{\"a\":1}\nnothing").is_err());
}

#[test]
fn instances_are_compared_as_trees() {
    assert_eq!(same_instance("<a x='1' y='2'><b/></a>", "<a y='2' x='1' xmlns:z='u'>\n<b></b></a>"), Ok(()));
    let uuid = "<a>uuid:6f9619ff-8b86-4d01-b42d-00c04fc964ff</a>";
    assert_eq!(same_instance("<a>uuid:*</a>", uuid), Ok(()));
    assert!(same_instance("<a>uuid:*</a>", "<a>uuid:1</a>").is_err());
    assert!(same_instance("<a><b/><c/></a>", "<a><c/><b/></a>").is_err());
    assert!(same_instance("<a x='1'/>", "<a x='2'/>").is_err());
}
