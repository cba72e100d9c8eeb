//! The outbox on the browser's disk: an IndexedDB database for each exchange, one record a command.

use borsklokka_shared::ids::CommandId;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

use super::queue::Record;

const RECORDS: &str = "outbox";
const VERSION: u32 = 1;

/// An exchange's records. Failures are the browser's own errors.
#[derive(Clone, Debug)]
pub(super) struct Store {
    database: IdbDatabase,
}

impl Store {
    /// Opens the exchange's database; with what waits in it.
    pub(super) async fn open(slug: &str) -> Result<(Self, Vec<Record>), JsValue> {
        let factory = web_sys::window()
            .ok_or(JsValue::NULL)?
            .indexed_db()?
            .ok_or("this browser has no IndexedDB")?;
        let request = factory.open_with_u32(&format!("borsklokka/{slug}"), VERSION)?;
        let made = request.clone();
        let make = Closure::once_into_js(move || {
            if let Some(database) = made
                .result()
                .ok()
                .and_then(|database| database.dyn_into::<IdbDatabase>().ok())
                && let Err(error) = database.create_object_store(RECORDS)
            {
                web_sys::console::warn_1(&error);
            }
        });
        request.set_onupgradeneeded(Some(make.unchecked_ref()));
        let database: IdbDatabase = finished(&request).await?.dyn_into()?;
        let store = Self { database };
        let records = store.records().await?;
        Ok((store, records))
    }

    async fn records(&self) -> Result<Vec<Record>, JsValue> {
        let transaction = self.database.transaction_with_str(RECORDS)?;
        let request = transaction.object_store(RECORDS)?.get_all()?;
        let texts: Array = finished(&request).await?.dyn_into()?;
        Ok(texts
            .iter()
            .filter_map(|text| serde_json::from_str(&text.as_string()?).ok())
            .collect())
    }

    /// Puts a record in the place of an earlier one with its id. It is on the disk when this returns.
    pub(super) async fn put(&self, record: &Record) -> Result<(), JsValue> {
        let text = serde_json::to_string(record).expect("a record has string keys");
        let key = JsValue::from_str(&record.message.id.to_string());
        self.change(|records| records.put_with_key(&JsValue::from_str(&text), &key))
            .await
    }

    /// Deletes a record.
    pub(super) async fn delete(&self, id: CommandId) -> Result<(), JsValue> {
        let key = JsValue::from_str(&id.to_string());
        self.change(|records| records.delete(&key)).await
    }

    async fn change(
        &self,
        act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<(), JsValue> {
        let transaction = self.strict_transaction()?;
        act(&transaction.object_store(RECORDS)?)?;
        let done = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onerror(Some(&reject));
            transaction.set_onabort(Some(&reject));
        });
        JsFuture::from(done).await.map(drop)
    }

    /// A transaction that is complete only when the disk has it. Without the option, browsers call it complete when the
    /// operating system has it, and a tablet whose battery dies then loses the deal.
    fn strict_transaction(&self) -> Result<IdbTransaction, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let begin: Function = Reflect::get(&self.database, &"transaction".into())?.dyn_into()?;
        begin
            .call3(
                &self.database,
                &RECORDS.into(),
                &IdbTransactionMode::Readwrite.into(),
                &options,
            )?
            .dyn_into()
    }
}

/// The result of a request.
async fn finished(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await?;
    request.result()
}
