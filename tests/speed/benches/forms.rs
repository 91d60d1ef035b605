//! What the forms engine costs natively: `cargo bench -p zhucun-speed`; docs/benchmarks.md says what is wanted.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use std::hint::black_box;
use std::rc::Rc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use zhucun_forms::contract::Lists;
use zhucun_forms::list::json;
use zhucun_forms::parse::{read_workbook, read_xlsform};
use zhucun_forms::{Definition, NativeHost, Session};
use zhucun_speed::{REGISTER, Rows, cascade, chained, lookup, register, repeated};

fn definition(rows: &Rows) -> Rc<Definition> {
    Rc::new(read_workbook("speed.xlsx", &rows.workbook()).unwrap().definition)
}

fn begin(definition: &Rc<Definition>, lists: &Rc<Lists>) -> Session {
    Session::new(Rc::clone(definition), Rc::clone(lists), Rc::new(NativeHost::new(1_795_406_400_000, 480)))
}

fn opening(bench: &mut Criterion) {
    let rows = chained(1_000, 200);
    let bytes = rows.xlsx().unwrap();
    bench.bench_function("read 1000 questions from a spreadsheet", |bench| {
        bench.iter(|| read_xlsform("speed.xlsx", black_box(&bytes)).unwrap());
    });
    let definition = definition(&rows);
    let text = serde_json::to_string(&*definition).unwrap();
    bench.bench_function("open 1000 questions", |bench| {
        bench.iter(|| {
            let definition: Definition = serde_json::from_str(black_box(&text)).unwrap();
            begin(&Rc::new(definition), &Rc::default())
        });
    });
}

fn change(bench: &mut Criterion) {
    let mut session = begin(&definition(&chained(1_000, 200)), &Rc::default());
    let (first, other) = (session.find("/data/g0/q0").unwrap(), session.find("/data/g20/q401").unwrap());
    let mut number = 0;
    bench.bench_function("change an answer on which 200 calculations depend", |bench| {
        bench.iter(|| {
            number += 1;
            session.answer(first, &number.to_string())
        });
    });
    bench.bench_function("change an answer on which nothing depends", |bench| {
        bench.iter(|| {
            number += 1;
            session.answer(other, &number.to_string())
        });
    });
    bench.bench_function("pages of 1000 questions", |bench| bench.iter(|| session.pages()));
}

fn repeats(bench: &mut Criterion) {
    for (summed, what) in [(false, ""), (true, ", with a sum over all")] {
        let definition = definition(&repeated(summed));
        let with = |count: usize| {
            let mut session = begin(&definition, &Rc::default());
            let range = session.find("/data/member").unwrap();
            for _ in 1..count {
                session.add_repeat(range);
            }
            (session, range)
        };
        for count in [10, 200] {
            let name = format!("add an instance of 15 questions after {count}{what}");
            bench.bench_function(&name, |bench| {
                bench.iter_batched_ref(
                    || with(count),
                    |(session, range)| session.add_repeat(*range),
                    BatchSize::LargeInput,
                );
            });
            let (mut session, _) = with(count);
            let id = session.find(&format!("/data/member[{}]/m1", count / 2)).unwrap();
            let mut number = 0;
            bench.bench_function(&format!("change an answer of one of {count} instances{what}"), |bench| {
                bench.iter(|| {
                    number += 1;
                    session.answer(id, &number.to_string())
                });
            });
        }
    }
}

fn lists(bench: &mut Criterion) {
    let rows: Vec<_> = register(30_000).collect();
    let text = serde_json::json!({ "columns": REGISTER, "rows": rows }).to_string();
    bench.bench_function("read a list of 30000 rows", |bench| bench.iter(|| json::read(black_box(&text))));
    let register = json::read(&text).unwrap();
    let register: Rc<Lists> = Rc::new([("register".to_owned(), register)].into_iter().collect());
    let form = definition(&lookup(true));
    bench.bench_function("open a form with a list of 30000 rows", |bench| bench.iter(|| begin(&form, &register)));
    bench.bench_function("the first lookup among 30000 rows", |bench| {
        bench.iter_batched_ref(
            || begin(&form, &register),
            |session| {
                let id = session.find("/data/household/number").unwrap();
                session.answer(id, "h-29999")
            },
            BatchSize::LargeInput,
        );
    });
    bench.bench_function("twenty lookups among 30000 rows", |bench| {
        bench.iter_batched_ref(
            || begin(&form, &register),
            |session| {
                let id = session.find("/data/household/number").unwrap();
                for number in 0..20 {
                    session.answer(id, &format!("h-{}", number * 1_409));
                }
            },
            BatchSize::LargeInput,
        );
    });
    let mut session = begin(&form, &register);
    let id = session.find("/data/household/number").unwrap();
    let mut number = 0;
    bench.bench_function("a lookup among 30000 rows", |bench| {
        bench.iter(|| {
            number = (number + 7_919) % 30_000;
            session.answer(id, &format!("h-{number}"))
        });
    });
    let cascade = definition(&cascade(8_000));
    bench.bench_function("open a form with 8000 villages", |bench| {
        bench.iter(|| begin(&cascade, &Rc::default()));
    });
    let mut session = begin(&cascade, &Rc::default());
    let (county, village) = (session.find("/data/place/county").unwrap(), session.find("/data/place/village").unwrap());
    bench.bench_function("choose a county and see its 400 of 8000 villages", |bench| {
        bench.iter(|| {
            number += 1;
            session.answer(county, &format!("k{}", number % 20));
            session.question(village)
        });
    });
}

criterion_group!(forms, opening, change, repeats, lists);
criterion_main!(forms);
