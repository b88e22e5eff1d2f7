use field_vault::DataKey;

fn twice<T: Clone>(thing: &T) -> (T, T) {
    (thing.clone(), thing.clone())
}

fn copy(key: &DataKey) {
    let _ = twice::<DataKey>(key);
}

fn main() {}
