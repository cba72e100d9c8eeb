//! What an exchange keeps on this device: an IndexedDB database for each, with a drawer for each kind of thing. Only the
//! desks use it: a wall and a phone keep nothing.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

/// Grows when a drawer is added.
const VERSION: u32 = 2;

/// A part of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// What waits to be sent.
    Outbox,
    /// The board as it was last seen.
    Board,
    /// The deal that is being written.
    Draft,
}

impl Drawer {
    const ALL: [Self; 3] = [Drawer::Outbox, Drawer::Board, Drawer::Draft];

    const fn name(self) -> &'static str {
        match self {
            Drawer::Outbox => "outbox",
            Drawer::Board => "board",
            Drawer::Draft => "draft",
        }
    }
}

/// When a change is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// When the disk has it: it outlives an empty battery.
    Strict,
    /// When the operating system has it: it outlives the browser.
    Relaxed,
}

impl Durability {
    const fn name(self) -> &'static str {
        match self {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        }
    }
}

/// An exchange's database. Failures are the browser's own errors.
#[derive(Clone, Debug)]
pub struct Disk {
    database: IdbDatabase,
}

impl Disk {
    /// Opens an exchange's database, or makes it.
    ///
    /// # Errors
    /// If the browser keeps nothing.
    pub async fn open(slug: &str) -> Result<Self, JsValue> {
        let factory = web_sys::window()
            .ok_or(JsValue::NULL)?
            .indexed_db()?
            .ok_or("this browser has no IndexedDB")?;
        let request = factory.open_with_u32(&format!("borsklokka/{slug}"), VERSION)?;
        let made = request.clone();
        let make = Closure::once_into_js(move || {
            let database = made
                .result()
                .ok()
                .and_then(|database| database.dyn_into::<IdbDatabase>().ok());
            if let Some(database) = database {
                add_drawers(&database);
            }
        });
        request.set_onupgradeneeded(Some(make.unchecked_ref()));
        let database: IdbDatabase = finished(&request).await?.dyn_into()?;
        // A newer version of the app in another tab must not wait for this one.
        let old = database.clone();
        let make_room = Closure::once_into_js(move || old.close());
        database.set_onversionchange(Some(make_room.unchecked_ref()));
        Ok(Self { database })
    }

    /// Everything in a drawer.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn all(&self, drawer: Drawer) -> Result<Vec<String>, JsValue> {
        let request = self.reading(drawer)?.get_all()?;
        let texts: Array = finished(&request).await?.dyn_into()?;
        Ok(texts.iter().filter_map(|text| text.as_string()).collect())
    }

    /// What lies in a drawer under a key.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn get(&self, drawer: Drawer, key: &str) -> Result<Option<String>, JsValue> {
        let request = self.reading(drawer)?.get(&JsValue::from_str(key))?;
        Ok(finished(&request).await?.as_string())
    }

    /// Puts a text in the place of an earlier one under its key. It is kept when this returns.
    ///
    /// # Errors
    /// If it cannot be kept.
    pub async fn put(
        &self,
        drawer: Drawer,
        key: &str,
        text: &str,
        durability: Durability,
    ) -> Result<(), JsValue> {
        let (key, text) = (JsValue::from_str(key), JsValue::from_str(text));
        self.change(drawer, durability, |records| records.put_with_key(&text, &key))
            .await
    }

    /// Takes what lies under a key away.
    ///
    /// # Errors
    /// If it cannot be taken away.
    pub async fn delete(&self, drawer: Drawer, key: &str) -> Result<(), JsValue> {
        let key = JsValue::from_str(key);
        self.change(drawer, Durability::Strict, |records| records.delete(&key))
            .await
    }

    fn reading(&self, drawer: Drawer) -> Result<IdbObjectStore, JsValue> {
        self.database
            .transaction_with_str(drawer.name())?
            .object_store(drawer.name())
    }

    async fn change(
        &self,
        drawer: Drawer,
        durability: Durability,
        act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<(), JsValue> {
        let transaction = self.writing(drawer, durability)?;
        act(&transaction.object_store(drawer.name())?)?;
        let done = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onerror(Some(&reject));
            transaction.set_onabort(Some(&reject));
        });
        JsFuture::from(done).await.map(drop)
    }

    /// Without the option, browsers call a transaction complete when the operating system has it, and a tablet whose battery
    /// dies then loses the deal.
    fn writing(&self, drawer: Drawer, durability: Durability) -> Result<IdbTransaction, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &durability.name().into())?;
        let begin: Function = Reflect::get(&self.database, &"transaction".into())?.dyn_into()?;
        begin
            .call3(
                &self.database,
                &drawer.name().into(),
                &IdbTransactionMode::Readwrite.into(),
                &options,
            )?
            .dyn_into()
    }
}

fn add_drawers(database: &IdbDatabase) {
    for drawer in Drawer::ALL {
        let name = drawer.name();
        if !database.object_store_names().contains(name)
            && let Err(error) = database.create_object_store(name)
        {
            web_sys::console::warn_1(&error);
        }
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
