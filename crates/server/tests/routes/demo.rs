//! The demo county, through the interface.

use serde_json::Value;
use zhucun_api::{HouseholdRow, VisitDetail};
use zhucun_server::demo;

use crate::support::Server;

#[tokio::test]
async fn the_demo_county_is_whole_and_made_once() {
    let server = Server::empty().await;
    demo::fill(&server.state, None).await.unwrap();
    let card = demo::card(&server.state, "http://localhost:8080").await.unwrap();
    for said in ["shiban-2026", "danwei-2026", "/n/zhulin-demo", "派出单位 Dispatching unit", "饮水 Water"] {
        assert!(card.contains(said), "{said} in {card}");
    }
    assert_eq!(card.matches("localhost:8080/t").count(), 5, "{card}");

    let county = server.cookie("qingxi", "qingxi-2026").await;
    let villages = server.get_as(&county, "/api/v1/villages").await.json();
    let villages = villages.as_array().unwrap();
    assert_eq!(villages.len(), 3);
    assert_eq!(villages.iter().map(|v| v["households"].as_i64().unwrap()).sum::<i64>(), 60);
    assert!(villages.iter().any(|v| v["needs_late"] == 1));

    let households = server.get_as(&county, "/api/v1/villages/shiban/households").await.json();
    let households: Vec<HouseholdRow> = serde_json::from_value(households).unwrap();
    let visited = households.iter().filter(|h| h.last_visit.is_some()).count();
    assert_eq!((households[0].head_name.as_str(), visited), ("何德贵", 12));

    let visits = server.get_as(&county, "/api/v1/villages/shiban/visits").await.json();
    let id = visits["visits"][0]["id"].as_str().unwrap();
    let visit = server.get_as(&county, &format!("/api/v1/villages/shiban/visits/{id}")).await.json();
    let visit: VisitDetail = serde_json::from_value(visit).unwrap();
    assert!(visit.sections.iter().map(|section| section.rows.len()).sum::<usize>() > 8, "{visit:?}");
    assert_eq!(visit.row.by, "沈书远");

    // Cut off before its end and made again, nothing doubles.
    demo::fill(&server.state, None).await.unwrap();
    let again: Value = server.get_as(&county, "/api/v1/villages").await.json();
    assert_eq!(again.as_array().unwrap(), villages);
}
