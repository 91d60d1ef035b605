//! Actions, counts, choices from answers, nodes that are attributes: whatever is done, a fresh start from the draft, or from the
//! instance, gives the same.
#![cfg(feature = "read")]

use std::rc::Rc;

use proptest::prelude::*;
use zhucun_forms::contract::{Id, Item, Lists};
use zhucun_forms::xform::instance::{self, Meta};
use zhucun_forms::xform::read_xform;
use zhucun_forms::{Definition, NativeHost, Session};

/// A form with everything that is not in sheets of an ordinary checklist.
const FORM: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>All</h:title><model>
  <instance><data id="all" version="1">
    <first/><copy/><clears>x</clears><log/>
    <member jr:template=""><name/><age>7</age><number/><head/><friend/><pet><kind/></pet></member>
    <member><name>何</name><age/><number/><head/><friend/><pet><kind/></pet></member>
    <chosen/><mixed/><how_many>1</how_many>
    <gift><what/><from/></gift>
    <locked><inside/></locked>
    <total sum=""/>
    <meta><instanceID/></meta></data></instance>
  <instance id="animals"><animals><animal legs="4">dog</animal><animal legs="2">hen</animal></animals></instance>
  <bind nodeset="/data/member/age" type="int"/>
  <bind nodeset="/data/member/number" calculate="position(..)" type="int"/>
  <bind nodeset="/data/member/pet" relevant="/data/member/age &gt; 5"/>
  <bind nodeset="/data/member/head" calculate="if(position(..) = 1, 'yes', '')"/>
  <bind nodeset="/data/how_many" type="int" constraint=". &lt; 5"/>
  <bind nodeset="/data/gift/from" calculate="/data/member[number = current()/../what]/name"/>
  <bind nodeset="/data/locked" readonly="/data/first = 'b'" relevant="count(/data/member) &lt; 4"/>
  <bind nodeset="/data/total/@sum" calculate="sum(/data/member/age)"/>
  <bind nodeset="/data/total" calculate="concat(@sum, '-', sum(instance('animals')/animals/animal/@legs))"/>
  <bind nodeset="/data/meta/instanceID" jr:preload="uid"/>
  <setvalue event="odk-instance-load" ref="/data/log" value="concat(., 'o')"/>
 </model></h:head><h:body>
  <input ref="/data/first"><setvalue event="xforms-value-changed" ref="/data/copy" value="concat(/data/first, /data/copy)"/>
     <setvalue event="xforms-value-changed" ref="/data/clears"/></input>
  <input ref="/data/copy"><setvalue event="xforms-value-changed" ref="/data/how_many" value="string-length(/data/copy)"/></input>
  <input ref="/data/clears"/>
  <group ref="/data/member"><label>Member</label><repeat nodeset="/data/member">
    <setvalue event="odk-new-repeat" ref="/data/member/name" value="concat('new', /data/member[position() = position(current()/..) - 1]/name)"/>
    <input ref="/data/member/name"/><input ref="/data/member/age"/>
    <select ref="/data/member/friend"><itemset nodeset="../../member[name != current()/../name]"><value ref="number"/><label ref="name"/></itemset></select>
    <group ref="/data/member/pet"><select1 ref="/data/member/pet/kind"><itemset nodeset="instance('animals')/animals/animal[@legs &gt; string-length(current()/../../name)]"><value ref="."/><label ref="@legs"/></itemset></select1></group>
  </repeat></group>
  <select1 ref="/data/chosen"><itemset nodeset="/data/member[age != '']"><value ref="name"/><label ref="age"/></itemset></select1>
  <select ref="/data/mixed"><itemset nodeset="randomize(/data/member, 4)"><value ref="number"/><label ref="name"/></itemset></select>
  <input ref="/data/how_many"/>
  <repeat nodeset="/data/gift" jr:count="/data/how_many"><input ref="/data/gift/what"/></repeat>
  <group ref="/data/locked"><input ref="/data/locked/inside"/></group>
 </h:body></h:html>"#;

const VALUES: &[&str] = &["", "a", "b", "1", "2", "1 2", "3", "7", "-1", "x", "何", "dog", "hen", "2.7"];

fn definition() -> Rc<Definition> {
    Rc::new(read_xform(FORM).expect("a form without problems").definition)
}

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(1_795_406_400_000, 480))
}

fn begin() -> Session {
    Session::new(definition(), Rc::new(Lists::new()), host())
}

fn answer(session: &mut Session, path: &str, value: &str) {
    assert!(session.prefill(path, value), "{path}");
}

fn value(session: &Session, path: &str) -> String {
    session.find(path).and_then(|id| session.state(id).value).unwrap_or_else(|| panic!("no value at {path}"))
}

fn names(session: &Session, path: &str) -> Vec<String> {
    let id = session.find(path).expect("a select");
    session.offered(id).into_iter().map(|(name, _)| name).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Answer(usize, usize),
    Add(usize),
    Remove(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (any::<usize>(), any::<usize>()).prop_map(|(question, value)| Step::Answer(question, value)),
        2 => any::<usize>().prop_map(Step::Add),
        2 => any::<usize>().prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 1..20)
}

fn pick<T: Clone>(from: &[T], which: usize) -> Option<T> {
    from.get(which.checked_rem(from.len())?).cloned()
}

fn take(session: &mut Session, step: &Step) {
    let items: Vec<Item> = session.pages().into_iter().flat_map(|page| page.items).collect();
    let repeats = || items.iter().filter_map(|item| if let Item::Repeat(view) = item { Some(view) } else { None });
    match step {
        Step::Answer(which, what) => {
            let questions: Vec<Id> =
                items.iter().filter_map(|item| if let Item::Question(id) = item { Some(*id) } else { None }).collect();
            if let Some((id, value)) = pick(&questions, *which).zip(pick(VALUES, *what)) {
                session.answer(id, value);
            }
        }
        Step::Add(which) => {
            if let Some(view) = pick(&repeats().cloned().collect::<Vec<_>>(), *which) {
                session.add_repeat(view.id);
            }
        }
        Step::Remove(which) => {
            let instances: Vec<Id> = repeats().flat_map(|view| &view.instances).map(|(id, _)| *id).collect();
            if let Some(instance) = pick(&instances, *which) {
                session.remove_repeat(instance);
            }
        }
    }
}

/// What everything is, but for what is done at each opening.
fn all(session: &Session) -> Vec<(zhucun_forms::instance::State, Vec<(String, String)>)> {
    let states = session.states().into_iter().filter(|state| state.path != "/data/log");
    let with_choices = states.map(|state| {
        let choices = session.find(&state.path).map(|id| session.offered(id));
        (state, choices.unwrap_or_default())
    });
    with_choices.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_computed_step_by_step_is_what_a_fresh_start_computes(steps in steps()) {
        let mut session = begin();
        for step in &steps {
            take(&mut session, step);
            let (again, unknown) = Session::restore(definition(), Rc::new(Lists::new()), host(), &session.draft());
            prop_assert_eq!(unknown, Vec::<String>::new());
            prop_assert_eq!(all(&again), all(&session));
        }
        prop_assert_eq!(session.eval_problems(), &[]);
    }

    #[test]
    fn an_instance_that_is_opened_again_is_the_same_instance(steps in steps()) {
        let mut session = begin();
        steps.iter().for_each(|step| take(&mut session, step));
        let form = definition();
        // What is of another type than its question is not written as it stands.
        prop_assume!(session.problems().is_empty());
        let mut before = session.instance();
        let xml = instance::write(&form, &before, &Meta::default());
        let read = instance::read(&form, &xml).expect("our own");
        prop_assert_eq!(read.unknown, Vec::new());
        let (again, unknown) = Session::edit(Rc::clone(&form), Rc::new(Lists::new()), host(), &read.answers);
        prop_assert_eq!(unknown, Vec::<String>::new());
        let mut after = again.instance();
        for instance in [&mut before, &mut after] {
            instance["log"].take();
        }
        prop_assert_eq!(after, before);
    }
}

#[test]
fn a_change_sets_off_what_stands_at_its_question_and_what_that_sets_off() {
    let mut session = begin();
    assert_eq!((value(&session, "/data/clears"), value(&session, "/data/log")), ("x".into(), "o".into()));
    answer(&mut session, "/data/first", "ab");
    assert_eq!(value(&session, "/data/copy"), "ab");
    assert_eq!(value(&session, "/data/clears"), "");
    assert_eq!(value(&session, "/data/how_many"), "2");
    assert!(session.find("/data/gift[2]").is_some());
    // The same answer once more is no change.
    answer(&mut session, "/data/first", "ab");
    assert_eq!(value(&session, "/data/copy"), "ab");
}

#[test]
fn instances_of_the_form_are_there_and_new_ones_follow_the_template() {
    let mut session = begin();
    assert_eq!(value(&session, "/data/member[1]/name"), "何");
    assert_eq!(value(&session, "/data/member[1]/age"), "");
    let repeat = session.find("/data/member").expect("a repeat");
    session.add_repeat(repeat);
    assert_eq!(value(&session, "/data/member[2]/name"), "new何");
    assert_eq!(value(&session, "/data/member[2]/age"), "7");
    assert_eq!(value(&session, "/data/member[2]/number"), "2");
}

#[test]
fn choices_are_what_the_answers_say_and_those_that_go_leave_the_selection() {
    let mut session = begin();
    let repeat = session.find("/data/member").expect("a repeat");
    session.add_repeat(repeat);
    assert_eq!(names(&session, "/data/member[1]/friend"), ["2"]);
    assert_eq!(names(&session, "/data/chosen"), ["new何"]);
    answer(&mut session, "/data/chosen", "new何");
    answer(&mut session, "/data/member[2]/name", "罗");
    assert_eq!(
        (value(&session, "/data/chosen"), names(&session, "/data/chosen")),
        (String::new(), vec!["罗".to_owned()])
    );
    assert_eq!(names(&session, "/data/member[2]/pet/kind"), ["dog", "hen"]);
    answer(&mut session, "/data/member[2]/name", "abc");
    assert_eq!(names(&session, "/data/member[2]/pet/kind"), ["dog"]);
}

#[test]
fn a_count_that_is_being_typed_anew_takes_nothing_away() {
    let mut session = begin();
    answer(&mut session, "/data/how_many", "2");
    answer(&mut session, "/data/gift[2]/what", "rice");
    answer(&mut session, "/data/how_many", "1");
    answer(&mut session, "/data/how_many", "");
    let (mut again, _) = Session::restore(definition(), Rc::new(Lists::new()), host(), &session.draft());
    assert_eq!(again.find("/data/gift[2]"), None);
    answer(&mut again, "/data/how_many", "3");
    assert_eq!(value(&again, "/data/gift[2]/what"), "rice");
    assert!(again.find("/data/gift[3]").is_some());
}

#[test]
fn what_is_in_a_read_only_group_is_read_only() {
    let mut session = begin();
    let inside = session.find("/data/locked/inside").expect("a question");
    assert!(!session.state(inside).readonly);
    let changed = session.answer(session.find("/data/first").expect("a question"), "b");
    assert!(session.state(inside).readonly && changed.questions.contains(&inside));
}

#[test]
fn attributes_are_calculated_read_and_written() {
    let mut session = begin();
    answer(&mut session, "/data/member[1]/age", "30");
    assert_eq!(value(&session, "/data/total"), "30-6");
    let xml = instance::write(&definition(), &session.instance(), &Meta::default());
    assert!(xml.contains("<total sum=\"30\">30-6</total>"), "{xml}");
}

#[test]
fn actions_that_set_each_other_off_come_to_an_end() {
    let form = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title/><model>
      <instance><data id="x"><a/><b/></data></instance></model></h:head><h:body>
      <input ref="/data/a"><setvalue event="xforms-value-changed" ref="/data/b" value="/data/a + 1"/></input>
      <input ref="/data/b"><setvalue event="xforms-value-changed" ref="/data/a" value="/data/b + 1"/></input></h:body></h:html>"#;
    let form = Rc::new(read_xform(form).expect("a form").definition);
    let mut session = Session::new(form, Rc::new(Lists::new()), host());
    answer(&mut session, "/data/a", "1");
    assert_ne!(value(&session, "/data/b"), "");
}
