//! What a parameter's name promises: `ud[em]` an e-mail address, `patientId` a number.

use super::super::IdentifierKind::{self, *};
use super::super::token::Tokens;

/// Names by the end of their words, joined: `cd[patient][firstName]` ends in `firstname`.
const NAMES: &[(IdentifierKind, &[&str])] = &[
    (
        Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "useremail",
            "hem",
            "uhem",
            "emailhash",
            "hashedemail",
            "emailsha256",
            "sha256email",
            "emailsha1",
            "sha1email",
            "emailmd5",
            "md5email",
            "correo",
            "sha256emailaddress",
            "hashedemailaddress",
            "hashedemails",
        ],
    ),
    (
        Phone,
        &[
            "phone",
            "phonenumber",
            "tel",
            "telephone",
            "mobile",
            "mobilenumber",
            "mobilephone",
            "cell",
            "cellphone",
            "homephone",
            "fax",
            "msisdn",
            "telefono",
            "hashedphone",
            "phonehash",
            "sha256phone",
            "sha256phonenumber",
            "hashedphonenumber",
            "hph",
            "uhpn",
        ],
    ),
    (
        Name,
        &[
            "firstname",
            "lastname",
            "fullname",
            "surname",
            "givenname",
            "familyname",
            "middlename",
            "maidenname",
            "patientname",
            "customername",
            "membername",
            "contactname",
            "yourname",
            "guarantorname",
            "subscribername",
            "fname",
            "lname",
            "sha256firstname",
            "sha256lastname",
            "nombre",
            "apellido",
            "realname",
            "guardianname",
            "parentname",
        ],
    ),
    (
        BirthDate,
        &[
            "dob",
            "birthdate",
            "birthday",
            "dateofbirth",
            "birthdt",
            "bday",
            "patientdob",
            "birthyear",
            "yearofbirth",
            "fechanacimiento",
            "dateofbirthhash",
        ],
    ),
    (Ssn, &["ssn", "socialsecurity", "socialsecuritynumber", "ssnlast4", "last4ssn", "ssn4"]),
    (
        Postcode,
        &[
            "zip",
            "zipcode",
            "zip5",
            "postal",
            "postalcode",
            "postcode",
            "plz",
            "codigopostal",
            "sha256postalcode",
        ],
    ),
    (
        Street,
        &[
            "street",
            "streetaddress",
            "address1",
            "addressline1",
            "address",
            "addr1",
            "homeaddress",
            "mailingaddress",
            "billingaddress",
            "sha256street",
            "direccion",
        ],
    ),
    (
        MedicalNumber,
        &[
            "mrn",
            "patientid",
            "patientno",
            "patientnumber",
            "memberid",
            "membernumber",
            "memberno",
            "subscriberid",
            "subscribernumber",
            "groupnumber",
            "rxnumber",
            "rxno",
            "rxid",
            "prescriptionid",
            "prescriptionnumber",
            "claimid",
            "claimnumber",
            "guarantorid",
            "guarantornumber",
            "csn",
            "encounterid",
            "medicalrecordnumber",
            "medicalrecord",
            "policynumber",
            "insuranceid",
            "medicareid",
            "medicaidid",
            "mbi",
            "npi",
            "accessionnumber",
            "chartnumber",
            "visitid",
            "healthcardnumber",
            "nhsnumber",
            "appointmentid",
            "apptid",
        ],
    ),
    (
        Card,
        &[
            "cardnumber",
            "cardno",
            "ccnumber",
            "ccnum",
            "creditcard",
            "creditcardnumber",
            "pan",
            "iban",
            "accountnumber",
            "acctnumber",
            "acctno",
        ],
    ),
    (Ip, &["ip", "ipaddress", "clientip", "userip", "uip", "remoteaddr", "ipaddr", "remoteip"]),
    (
        Location,
        &["lat", "latitude", "lng", "lon", "longitude", "geo", "geolocation", "latlng", "coords"],
    ),
    (
        UserId,
        &[
            "userid",
            "uid",
            "externalid",
            "customerid",
            "username",
            "loginid",
            "login",
            "crmid",
            "personid",
            "contactid",
        ],
    ),
    (
        Secret,
        &[
            "accesstoken",
            "apisecret",
            "clientsecret",
            "password",
            "passwd",
            "pwd",
            "secret",
            "idtoken",
            "refreshtoken",
            "authtoken",
            "sessiontoken",
            "token",
            "authorization",
            "jwt",
            "bearer",
            "passcode",
            "otp",
            "secretkey",
            "privatekey",
            "resettoken",
        ],
    ),
];

/// Two-letter names of Meta, TikTok and Pinterest; a value that is a digest, or a
/// parent such as `ud`, must vouch for them.
const SHORT: &[(&str, IdentifierKind)] = &[
    ("em", Email),
    ("ph", Phone),
    ("pn", Phone),
    ("fn", Name),
    ("ln", Name),
    ("db", BirthDate),
    ("zp", Postcode),
    ("ad", Street),
];

/// Parents under which a vendor collects what it knows of a visitor.
const PARENTS: &[&str] =
    &["ud", "udff", "pd", "user", "userdata", "data", "identity", "customer", "am"];

/// Names of browser, click and event ids, clocks and versions: numbers that look
/// like telephone numbers and are none.
const IMPERSONAL: &[&str] = &[
    "cid",
    "gid",
    "sid",
    "ga",
    "fbp",
    "fbc",
    "ts",
    "it",
    "z",
    "rn",
    "random",
    "fst",
    "cv",
    "auid",
    "gtm",
    "tid",
    "eid",
    "eventid",
    "timestamp",
    "time",
    "cb",
    "ord",
    "pid",
    "orderid",
    "ordernumber",
    "transactionid",
    "version",
    "ver",
    "v",
    "price",
    "value",
    "amount",
    "revenue",
    "gclid",
    "fbclid",
    "msclkid",
    "gtmid",
    "tagexp",
    "clientid",
    "sessionid",
    "pixelid",
    "sku",
    "productid",
    "cachebuster",
    "nonce",
    "buildid",
    "ga4",
    "gcl",
    "uafvl",
    "uapv",
];

/// What the name promises, and whether the value must vouch for it.
pub(super) enum Promise {
    /// The name says it.
    Clear(IdentifierKind),
    /// Only a digest, or a value of the right shape, makes it so.
    Faint(IdentifierKind),
}

/// What a parameter of this name holds, if it is personal.
pub(super) fn promise(name: &str) -> Option<Promise> {
    let words = Tokens::words(name);
    let tail = |count: usize| words[words.len().saturating_sub(count)..].concat();
    for count in (1..=words.len().min(4)).rev() {
        let joined = tail(count);
        if let Some((kind, _)) = NAMES.iter().find(|(_, names)| names.contains(&joined.as_str())) {
            return Some(Promise::Clear(*kind));
        }
    }
    let last = words.last()?;
    let (_, kind) = SHORT.iter().find(|(short, _)| short == last)?;
    let parent = words[..words.len() - 1].iter().any(|word| PARENTS.contains(&word.as_str()));
    Some(if parent { Promise::Clear(*kind) } else { Promise::Faint(*kind) })
}

/// Whether a parameter of this name holds a number that is nobody's.
pub(super) fn is_impersonal(name: &str) -> bool {
    let words = Tokens::words(name);
    let joined = words.concat();
    IMPERSONAL.contains(&joined.as_str())
        || words.last().is_some_and(|last| IMPERSONAL.contains(&last.as_str()))
}
