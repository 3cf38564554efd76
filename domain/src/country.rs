//! Countries: where a code was bought and where a device is seen (R62, R65).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::UnknownWord;

crate::choice! {
    /// How the country of a device is known (R65).
    pub enum CountrySource {
        /// From its network address, by the country database.
        Address = "address",
        /// A proxy that we trust said so.
        Proxy = "proxy",
        /// From its last contact: the device itself did not ask.
        LastContact = "last_contact",
    }
}

/// A country or territory of ISO 3166-1, by its two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Every country, sorted by its English name.
    pub fn all() -> impl Iterator<Item = Self> {
        entries().map(|(code, _)| Self(code))
    }

    /// Its short English name, as it stands in a list.
    #[must_use]
    pub fn name(self) -> &'static str {
        entries().find(|(code, _)| *code == self.0).map_or("", |(_, name)| name)
    }

    /// Its name inside a sentence: “used in the United Kingdom” (E09).
    #[must_use]
    pub fn in_sentence(self) -> String {
        let name = self.name();
        let has_article =
            matches!(&self.0, b"BS" | b"CG" | b"CD" | b"KM" | b"GM" | b"IM" | b"MV" | b"NL" | b"PH" | b"SC")
                || name.starts_with("United ")
                || (name.ends_with(" Islands") && !matches!(&self.0, b"HM" | b"GS"))
                || name.ends_with(" Republic")
                || name.ends_with(" Territory")
                || name.ends_with(" Territories");
        if has_article { format!("the {name}") } else { name.to_owned() }
    }

    /// Its two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("country codes are ASCII letters")
    }
}

impl FromStr for Country {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let code: [u8; 2] = code.to_ascii_uppercase().as_bytes().try_into().map_err(|_| UnknownWord)?;
        entries().find(|(known, _)| *known == code).map(|(code, _)| Self(code)).ok_or(UnknownWord)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        code.parse().map_err(|_| serde::de::Error::custom("not a country code of ISO 3166-1"))
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    //! Countries are kept as `text`.

    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
    use sqlx::{Decode, Encode, Postgres, Type};

    use super::Country;

    impl Type<Postgres> for Country {
        fn type_info() -> PgTypeInfo {
            <&str as Type<Postgres>>::type_info()
        }

        fn compatible(ty: &PgTypeInfo) -> bool {
            <&str as Type<Postgres>>::compatible(ty)
        }
    }

    impl PgHasArrayType for Country {
        fn array_type_info() -> PgTypeInfo {
            <&str as PgHasArrayType>::array_type_info()
        }

        fn array_compatible(ty: &PgTypeInfo) -> bool {
            <&str as PgHasArrayType>::array_compatible(ty)
        }
    }

    impl<'r> Decode<'r, Postgres> for Country {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            <&str as Decode<'r, Postgres>>::decode(value)?.parse().map_err(Into::into)
        }
    }

    impl Encode<'_, Postgres> for Country {
        fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            <&str as Encode<'_, Postgres>>::encode_by_ref(&self.code(), buffer)
        }
    }
}

fn entries() -> impl Iterator<Item = ([u8; 2], &'static str)> {
    LIST.split(';').filter_map(|entry| {
        let (code, name) = entry.split_once(' ')?;
        Some((code.as_bytes().try_into().ok()?, name))
    })
}

/// Two letters and the short English name of every entry of ISO 3166-1, sorted by name.
const LIST: &str = "\
    AF Afghanistan;AX Åland Islands;AL Albania;DZ Algeria;AS American Samoa;AD Andorra;AO Angola;AI Anguilla;\
    AQ Antarctica;AG Antigua and Barbuda;AR Argentina;AM Armenia;AW Aruba;AU Australia;AT Austria;AZ Azerbaijan;\
    BS Bahamas;BH Bahrain;BD Bangladesh;BB Barbados;BY Belarus;BE Belgium;BZ Belize;BJ Benin;BM Bermuda;BT Bhutan;\
    BO Bolivia;BQ Bonaire, Sint Eustatius and Saba;BA Bosnia and Herzegovina;BW Botswana;BV Bouvet Island;BR Brazil;\
    IO British Indian Ocean Territory;VG British Virgin Islands;BN Brunei;BG Bulgaria;BF Burkina Faso;BI Burundi;\
    KH Cambodia;CM Cameroon;CA Canada;CV Cape Verde;KY Cayman Islands;CF Central African Republic;TD Chad;CL Chile;\
    CN China;CX Christmas Island;CC Cocos (Keeling) Islands;CO Colombia;KM Comoros;CG Congo;CK Cook Islands;\
    CR Costa Rica;CI Côte d’Ivoire;HR Croatia;CU Cuba;CW Curaçao;CY Cyprus;CZ Czechia;\
    CD Democratic Republic of the Congo;DK Denmark;DJ Djibouti;DM Dominica;DO Dominican Republic;EC Ecuador;\
    EG Egypt;SV El Salvador;GQ Equatorial Guinea;ER Eritrea;EE Estonia;SZ Eswatini;ET Ethiopia;FK Falkland Islands;\
    FO Faroe Islands;FJ Fiji;FI Finland;FR France;GF French Guiana;PF French Polynesia;\
    TF French Southern Territories;GA Gabon;GM Gambia;GE Georgia;DE Germany;GH Ghana;GI Gibraltar;GR Greece;\
    GL Greenland;GD Grenada;GP Guadeloupe;GU Guam;GT Guatemala;GG Guernsey;GN Guinea;GW Guinea-Bissau;GY Guyana;\
    HT Haiti;HM Heard Island and McDonald Islands;HN Honduras;HK Hong Kong;HU Hungary;IS Iceland;IN India;\
    ID Indonesia;IR Iran;IQ Iraq;IE Ireland;IM Isle of Man;IL Israel;IT Italy;JM Jamaica;JP Japan;JE Jersey;\
    JO Jordan;KZ Kazakhstan;KE Kenya;KI Kiribati;KW Kuwait;KG Kyrgyzstan;LA Laos;LV Latvia;LB Lebanon;LS Lesotho;\
    LR Liberia;LY Libya;LI Liechtenstein;LT Lithuania;LU Luxembourg;MO Macao;MG Madagascar;MW Malawi;MY Malaysia;\
    MV Maldives;ML Mali;MT Malta;MH Marshall Islands;MQ Martinique;MR Mauritania;MU Mauritius;YT Mayotte;MX Mexico;\
    FM Micronesia;MD Moldova;MC Monaco;MN Mongolia;ME Montenegro;MS Montserrat;MA Morocco;MZ Mozambique;MM Myanmar;\
    NA Namibia;NR Nauru;NP Nepal;NL Netherlands;NC New Caledonia;NZ New Zealand;NI Nicaragua;NE Niger;NG Nigeria;\
    NU Niue;NF Norfolk Island;KP North Korea;MK North Macedonia;MP Northern Mariana Islands;NO Norway;OM Oman;\
    PK Pakistan;PW Palau;PS Palestine;PA Panama;PG Papua New Guinea;PY Paraguay;PE Peru;PH Philippines;\
    PN Pitcairn Islands;PL Poland;PT Portugal;PR Puerto Rico;QA Qatar;RE Réunion;RO Romania;RU Russia;RW Rwanda;\
    BL Saint Barthélemy;SH Saint Helena, Ascension and Tristan da Cunha;KN Saint Kitts and Nevis;LC Saint Lucia;\
    MF Saint Martin;PM Saint Pierre and Miquelon;VC Saint Vincent and the Grenadines;WS Samoa;SM San Marino;\
    ST São Tomé and Príncipe;SA Saudi Arabia;SN Senegal;RS Serbia;SC Seychelles;SL Sierra Leone;SG Singapore;\
    SX Sint Maarten;SK Slovakia;SI Slovenia;SB Solomon Islands;SO Somalia;ZA South Africa;\
    GS South Georgia and the South Sandwich Islands;KR South Korea;SS South Sudan;ES Spain;LK Sri Lanka;SD Sudan;\
    SR Suriname;SJ Svalbard and Jan Mayen;SE Sweden;CH Switzerland;SY Syria;TW Taiwan;TJ Tajikistan;TZ Tanzania;\
    TH Thailand;TL Timor-Leste;TG Togo;TK Tokelau;TO Tonga;TT Trinidad and Tobago;TN Tunisia;TR Türkiye;\
    TM Turkmenistan;TC Turks and Caicos Islands;TV Tuvalu;UG Uganda;UA Ukraine;AE United Arab Emirates;\
    GB United Kingdom;US United States;UM United States Minor Outlying Islands;VI United States Virgin Islands;\
    UY Uruguay;UZ Uzbekistan;VU Vanuatu;VA Vatican City;VE Venezuela;VN Vietnam;WF Wallis and Futuna;\
    EH Western Sahara;YE Yemen;ZM Zambia;ZW Zimbabwe";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_entry_of_iso_3166_is_there_once() {
        assert_eq!(Country::all().count(), 249);
        assert_eq!(Country::all().collect::<BTreeSet<_>>().len(), 249);
        for country in Country::all() {
            assert!(country.code().bytes().all(|letter| letter.is_ascii_uppercase()), "{country}");
            assert!(!country.name().is_empty() && country.name() == country.name().trim(), "{country}");
        }
    }

    #[test]
    fn the_list_is_sorted_by_name_as_people_sort() {
        let plain = |name: &str| -> String {
            name.to_lowercase()
                .chars()
                .map(|letter| match letter {
                    'å' | 'ã' => 'a',
                    'ç' => 'c',
                    'é' => 'e',
                    'í' => 'i',
                    'ô' => 'o',
                    'ü' => 'u',
                    other => other,
                })
                .collect()
        };
        assert!(Country::all().map(|country| plain(country.name())).is_sorted());
    }

    #[test]
    fn a_country_is_written_with_two_letters() {
        let india: Country = "in".parse().unwrap();
        assert_eq!((india.to_string(), india.name()), ("IN".to_owned(), "India"));
        assert_eq!(serde_json::to_string(&india).unwrap(), "\"IN\"");
        assert_eq!(serde_json::from_str::<Country>("\"IN\"").unwrap(), india);
    }

    #[test]
    fn what_is_no_country_is_not_read_as_one() {
        for code in ["", "I", "IND", "XX", "ZZ", "1N", "é"] {
            assert_eq!(code.parse::<Country>(), Err(UnknownWord), "{code}");
        }
        assert!(serde_json::from_str::<Country>("\"XX\"").is_err());
    }

    #[test]
    fn names_take_their_article_inside_a_sentence() {
        let named = |code: &str| code.parse::<Country>().unwrap().in_sentence();
        assert_eq!(named("GB"), "the United Kingdom");
        assert_eq!(named("NL"), "the Netherlands");
        assert_eq!(named("CK"), "the Cook Islands");
        assert_eq!(named("DO"), "the Dominican Republic");
        assert_eq!(named("IN"), "India");
        assert_eq!(named("DM"), "Dominica");
    }
}
