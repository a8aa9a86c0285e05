//! Names of countries (ISO 3166-1): the code, the English short name, and other names in common use.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One country per line: code, then names, separated by `|`.
const COUNTRIES: &str = "\
AD|Andorra
AE|United Arab Emirates|UAE
AF|Afghanistan
AG|Antigua and Barbuda
AI|Anguilla
AL|Albania|Shqipëria
AM|Armenia
AO|Angola
AQ|Antarctica
AR|Argentina
AS|American Samoa
AT|Austria|Österreich|Österrike
AU|Australia|Australien
AW|Aruba
AX|Åland Islands|Aland Islands|Åland
AZ|Azerbaijan
BA|Bosnia and Herzegovina|Bosnia
BB|Barbados
BD|Bangladesh
BE|Belgium|België|Belgique|Belgien
BF|Burkina Faso
BG|Bulgaria|Bulgarien
BH|Bahrain
BI|Burundi
BJ|Benin
BL|Saint Barthélemy|Saint Barthelemy
BM|Bermuda
BN|Brunei Darussalam|Brunei
BO|Bolivia
BQ|Bonaire, Sint Eustatius and Saba|Caribbean Netherlands
BR|Brazil|Brasil|Brasilien
BS|Bahamas|The Bahamas
BT|Bhutan
BV|Bouvet Island
BW|Botswana
BY|Belarus
BZ|Belize
CA|Canada|Kanada
CC|Cocos (Keeling) Islands|Cocos Islands
CD|Congo, Democratic Republic of the|Democratic Republic of the Congo|DR Congo
CF|Central African Republic
CG|Congo|Republic of the Congo
CH|Switzerland|Schweiz|Suisse|Svizzera
CI|Côte d'Ivoire|Cote d'Ivoire|Ivory Coast
CK|Cook Islands
CL|Chile
CM|Cameroon
CN|China|Kina|People's Republic of China
CO|Colombia
CR|Costa Rica
CU|Cuba
CV|Cabo Verde|Cape Verde
CW|Curaçao|Curacao
CX|Christmas Island
CY|Cyprus|Cypern
CZ|Czechia|Czech Republic|Česko|Tjeckien
DE|Germany|Deutschland|Tyskland|Allemagne
DJ|Djibouti
DK|Denmark|Danmark
DM|Dominica
DO|Dominican Republic
DZ|Algeria
EC|Ecuador
EE|Estonia|Eesti|Estland
EG|Egypt
EH|Western Sahara
ER|Eritrea
ES|Spain|España|Espana|Spanien
ET|Ethiopia
FI|Finland|Suomi
FJ|Fiji
FK|Falkland Islands
FM|Micronesia
FO|Faroe Islands|Færøerne|Färöarna
FR|France|Frankrike|Frankreich
GA|Gabon
GB|United Kingdom|UK|Great Britain|England|Scotland|Wales|Northern Ireland|Storbritannien|United Kingdom of Great Britain and Northern Ireland
GD|Grenada
GE|Georgia
GF|French Guiana
GG|Guernsey
GH|Ghana
GI|Gibraltar
GL|Greenland|Grönland
GM|Gambia|The Gambia
GN|Guinea
GP|Guadeloupe
GQ|Equatorial Guinea
GR|Greece|Grekland|Hellas
GS|South Georgia and the South Sandwich Islands
GT|Guatemala
GU|Guam
GW|Guinea-Bissau
GY|Guyana
HK|Hong Kong
HM|Heard Island and McDonald Islands
HN|Honduras
HR|Croatia|Hrvatska|Kroatien
HT|Haiti
HU|Hungary|Magyarország|Ungern
ID|Indonesia
IE|Ireland|Éire|Irland
IL|Israel
IM|Isle of Man
IN|India|Indien
IO|British Indian Ocean Territory
IQ|Iraq
IR|Iran
IS|Iceland|Ísland|Island
IT|Italy|Italia|Italien
JE|Jersey
JM|Jamaica
JO|Jordan
JP|Japan
KE|Kenya
KG|Kyrgyzstan
KH|Cambodia
KI|Kiribati
KM|Comoros
KN|Saint Kitts and Nevis
KP|North Korea|Democratic People's Republic of Korea
KR|South Korea|Korea|Republic of Korea|Sydkorea
KW|Kuwait
KY|Cayman Islands
KZ|Kazakhstan
LA|Laos|Lao People's Democratic Republic
LB|Lebanon
LC|Saint Lucia
LI|Liechtenstein
LK|Sri Lanka
LR|Liberia
LS|Lesotho
LT|Lithuania|Lietuva|Litauen
LU|Luxembourg|Luxemburg
LV|Latvia|Latvija|Lettland
LY|Libya
MA|Morocco
MC|Monaco
MD|Moldova
ME|Montenegro
MF|Saint Martin
MG|Madagascar
MH|Marshall Islands
MK|North Macedonia|Macedonia
ML|Mali
MM|Myanmar|Burma
MN|Mongolia
MO|Macao|Macau
MP|Northern Mariana Islands
MQ|Martinique
MR|Mauritania
MS|Montserrat
MT|Malta
MU|Mauritius
MV|Maldives
MW|Malawi
MX|Mexico|México
MY|Malaysia
MZ|Mozambique
NA|Namibia
NC|New Caledonia
NE|Niger
NF|Norfolk Island
NG|Nigeria
NI|Nicaragua
NL|Netherlands|The Netherlands|Holland|Nederland|Nederländerna
NO|Norway|Norge|Noreg
NP|Nepal
NR|Nauru
NU|Niue
NZ|New Zealand|Nya Zeeland
OM|Oman
PA|Panama
PE|Peru
PF|French Polynesia
PG|Papua New Guinea
PH|Philippines
PK|Pakistan
PL|Poland|Polska|Polen
PM|Saint Pierre and Miquelon
PN|Pitcairn
PR|Puerto Rico
PS|Palestine
PT|Portugal
PW|Palau
PY|Paraguay
QA|Qatar
RE|Réunion|Reunion
RO|Romania|România|Rumänien
RS|Serbia|Srbija|Serbien
RU|Russia|Russian Federation|Ryssland
RW|Rwanda
SA|Saudi Arabia
SB|Solomon Islands
SC|Seychelles
SD|Sudan
SE|Sweden|Sverige|Schweden
SG|Singapore
SH|Saint Helena, Ascension and Tristan da Cunha|Saint Helena
SI|Slovenia|Slovenija|Slovenien
SJ|Svalbard and Jan Mayen
SK|Slovakia|Slovensko|Slovakien
SL|Sierra Leone
SM|San Marino
SN|Senegal
SO|Somalia
SR|Suriname
SS|South Sudan
ST|Sao Tome and Principe
SV|El Salvador
SX|Sint Maarten
SY|Syria|Syrian Arab Republic
SZ|Eswatini|Swaziland
TC|Turks and Caicos Islands
TD|Chad
TF|French Southern Territories
TG|Togo
TH|Thailand
TJ|Tajikistan
TK|Tokelau
TL|Timor-Leste|East Timor
TM|Turkmenistan
TN|Tunisia
TO|Tonga
TR|Türkiye|Turkey|Turkiet
TT|Trinidad and Tobago
TV|Tuvalu
TW|Taiwan
TZ|Tanzania
UA|Ukraine|Ukraina
UG|Uganda
UM|United States Minor Outlying Islands
US|United States|United States of America|USA|U.S.A.|U.S.|America
UY|Uruguay
UZ|Uzbekistan
VA|Holy See|Vatican City
VC|Saint Vincent and the Grenadines
VE|Venezuela
VG|British Virgin Islands
VI|U.S. Virgin Islands|US Virgin Islands
VN|Vietnam|Viet Nam
VU|Vanuatu
WF|Wallis and Futuna
WS|Samoa
XK|Kosovo
YE|Yemen
YT|Mayotte
ZA|South Africa|Sydafrika
ZM|Zambia
ZW|Zimbabwe";

/// Code or name in lower case to code: asked for every contact, so built once.
static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    COUNTRIES
        .lines()
        .filter_map(|line| line.split_once('|'))
        .flat_map(|(code, names)| names.split('|').chain([code]).map(move |name| (name.to_lowercase(), code)))
        .collect()
});

/// The two-letter code of a country that is given by code or name, in any case.
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    BY_NAME.get(&text.trim().to_lowercase()).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_two_letters_and_no_name_means_two_countries() {
        let mut seen = BTreeSet::new();
        for line in COUNTRIES.lines() {
            let (code, names) = line.split_once('|').unwrap();
            assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{line}");
            for name in names.split('|').chain([code]) {
                assert!(seen.insert(name.to_lowercase()), "{name} is there twice");
            }
        }
    }
}
