//! Form List API: the list, forms, manifests.

use serde_json::json;
use zhucun_server::service::{form_files::md5_hex, forms, random::sha256_hex, uploads::Parts};

use super::{county, form, get, publish, text, world};
use crate::world::NOW;

#[tokio::test]
async fn the_list_names_each_form_with_its_version_hash_and_addresses() {
    let world = world().await;
    let hash = publish(&world, &form("3")).await;
    let answer = get(&world, "secretary", "/openrosa/formList?deviceID=collect%3Aabc").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    assert_eq!((answer.header("x-openrosa-version"), answer.header("cache-control")), ("1.0", "no-store"));
    let xml = get(&world, "secretary", &format!("/openrosa/forms/{hash}/form.xml")).await;
    assert_eq!((xml.status.as_u16(), xml.header("content-type")), (200, "text/xml; charset=utf-8"));
    let told = text(&answer).replace(&hash, "HASH").replace(&md5_hex(&xml.body), "MD5").replace("><", ">\n<");
    insta::assert_snapshot!(told, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <xforms xmlns="http://openrosa.org/xforms/xformsList">
    <xform>
    <formID>visit</formID>
    <name>Visit &lt;3&gt;</name>
    <version>3</version>
    <hash>md5:MD5</hash>
    <downloadUrl>https://qingxi.example/openrosa/forms/HASH/form.xml</downloadUrl>
    <manifestUrl>https://qingxi.example/openrosa/forms/HASH/manifest</manifestUrl>
    </xform>
    </xforms>
    "#);
    assert!(text(&xml).contains("<data id=\"visit\" version=\"3\">"), "{}", text(&xml));
    let again = get(&world, "secretary", &format!("/openrosa/forms/{hash}/form.xml")).await;
    assert_eq!(again.body, xml.body);
}

#[tokio::test]
async fn one_form_may_be_asked_for_and_described() {
    let world = world().await;
    let mut other = form("1");
    other.id = "other".into();
    other.nodes.truncate(3);
    publish(&world, &other).await;
    let all = text(&get(&world, "secretary", "/openrosa/formList").await);
    assert_eq!(all.matches("<xform>").count(), 2);
    assert!(!all.contains("<descriptionText>"));
    let one = text(&get(&world, "secretary", "/openrosa/formList?formID=other&verbose=true").await);
    assert!(one.contains("<formID>other</formID>") && !one.contains("<formID>visit"), "{one}");
    assert!(one.contains("<descriptionText>Version 1</descriptionText>"));
    assert!(!one.contains("manifestUrl"), "nothing lies beside it: {one}");
    let none = get(&world, "secretary", "/openrosa/formList?formID=nothing").await;
    assert_eq!((none.status.as_u16(), text(&none).matches("<xform>").count()), (200, 0));
    let chinese =
        world.get("/openrosa/formList").header("authorization", &super::basic("secretary", crate::world::PASSWORD));
    assert!(text(&chinese.send().await).contains("<name>走访表</name>"));
}

#[tokio::test]
async fn a_retired_form_and_one_of_other_villages_are_not_offered() {
    let world = world().await;
    let hash = publish(&world, &form("3")).await;
    let set = async |villages: &[&str], retired: bool| {
        let villages = villages.iter().map(|village| (*village).to_owned()).collect();
        let wanted = forms::Use { villages: Some(villages), retired: Some(retired) };
        assert!(forms::set_use(&world.state.store, &county(), "visit", wanted, "u-county", NOW).await.unwrap());
        text(&get(&world, "secretary", "/openrosa/formList").await).contains("<formID>visit")
    };
    assert!(set(&["shiban"], false).await);
    assert!(!set(&["yunling"], false).await);
    let gone = get(&world, "secretary", &format!("/openrosa/forms/{hash}/form.xml")).await;
    assert_eq!((gone.status.as_u16(), super::said(&gone).contains("not offered")), (404, true));
    assert!(text(&get(&world, "neighbour", "/openrosa/formList").await).contains("<formID>visit"));
    assert!(!set(&[], true).await);
    assert!(set(&[], false).await);
}

#[tokio::test]
async fn the_manifest_has_what_lies_beside_the_form_and_the_villages_own_households() {
    let world = world().await;
    let mut form = form("4");
    form.nodes[5].media.insert("image".into(), serde_json::from_value(json!([["well.jpg"], []])).unwrap());
    form.files = serde_json::from_value(json!([{"id": "towns", "file": "towns.csv"}])).unwrap();
    let hash = publish(&world, &form).await;
    let towns = b"name,label\nt1,Hekou\n";
    let county = county();
    let parts = Parts { store: &world.state.store, files: &world.state.files, county: &county, now: NOW };
    let of = zhucun_server::service::form_files::Of { form: &form, hash: &hash };
    zhucun_server::service::form_files::take(parts, of, "towns.csv", towns.to_vec().into(), "u-county").await.unwrap();

    let manifest = get(&world, "secretary", &format!("/openrosa/forms/{hash}/manifest")).await;
    let list = get(&world, "secretary", "/openrosa/households.csv?lang=en").await;
    insta::assert_snapshot!(text(&list), @r"
    name,label,head_name,group,kind
    h-1,Group 3 何德贵,何德贵,3,
    ");
    let told = text(&manifest).replace(&hash, "HASH").replace("><", ">\n<");
    let told = told.replace(&md5_hex(towns), "MD5-TOWNS").replace(&md5_hex(&list.body), "MD5-LIST");
    insta::assert_snapshot!(told.replace(&sha256_hex(towns), "SHA"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <manifest xmlns="http://openrosa.org/xforms/xformsManifest">
    <mediaFile>
    <filename>towns.csv</filename>
    <hash>md5:MD5-TOWNS</hash>
    <downloadUrl>https://qingxi.example/openrosa/forms/HASH/files/SHA</downloadUrl>
    </mediaFile>
    <mediaFile>
    <filename>households.csv</filename>
    <hash>md5:MD5-LIST</hash>
    <downloadUrl>https://qingxi.example/openrosa/households.csv?lang=en</downloadUrl>
    </mediaFile>
    </manifest>
    "#);
    let file = get(&world, "secretary", &format!("/openrosa/forms/{hash}/files/{}", sha256_hex(towns))).await;
    assert_eq!((file.body.as_slice(), file.header("content-type")), (towns.as_slice(), "text/csv"));
    assert!(file.header("cache-control").contains("immutable"));
    // The other village's secretary gets that village's list.
    assert_eq!(text(&get(&world, "neighbour", "/openrosa/households.csv").await).lines().count(), 1);
    for path in ["..%2f..%2fdata", "%00", &sha256_hex("other")] {
        let answer = get(&world, "secretary", &format!("/openrosa/forms/{hash}/files/{path}")).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
