//! Where JSON leaves open what is meant: a name that stands twice in an object, and an array in place of an object, which
//! serde would read as its fields in their order.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// JSON in which no name stands twice in one object, at any depth. Its values are not kept.
pub struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<Self>()?;
            if names.contains(&name) {
                return Err(Error::custom(format_args!("duplicate field `{name}`")));
            }
            names.insert(name);
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// Where an array was sent for something that is written as an object: the path to it.
pub fn array_for_object(sent: &Value, understood: &Value) -> Option<String> {
    let below = |name: String, sent: &Value, understood: &Value| {
        let path = array_for_object(sent, understood)?;
        Some(if path.is_empty() { name } else { format!("{name}.{path}") })
    };
    match (sent, understood) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(sent), Value::Array(understood)) => {
            sent.iter().zip(understood).enumerate().find_map(|(at, (sent, known))| below(at.to_string(), sent, known))
        }
        (Value::Object(sent), Value::Object(understood)) => {
            sent.iter().find_map(|(name, sent)| below(name.clone(), sent, understood.get(name)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_found_at_any_depth() {
        for twice in
            [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":[],"a":null}}]"#, r#"{"c":[0,-1,1.5,"x",true,{"a":1,"\u0061":2}]}"#]
        {
            let error = serde_json::from_str::<Unambiguous>(twice).err().unwrap();
            assert!(error.to_string().starts_with("duplicate field `a`"), "{twice}: {error}");
        }
        assert!(serde_json::from_str::<Unambiguous>(r#"{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":1}}"#).is_ok());
    }

    #[test]
    fn an_array_in_place_of_an_object_is_named() {
        let understood = json!({ "buyer": { "name": "A" }, "items": [{ "count": 1 }], "tags": ["a"] });
        let path = |sent| array_for_object(&sent, &understood);
        assert_eq!(path(json!(["A"])), Some(String::new()));
        assert_eq!(path(json!({ "buyer": ["A"] })), Some("buyer".to_owned()));
        assert_eq!(path(json!({ "items": [[1]] })), Some("items.0".to_owned()));
        assert_eq!(path(json!({ "buyer": { "name": "A" }, "items": [{}], "tags": ["a"] })), None);
    }
}
