// Runs before any script of the page: tells who writes cookies and storage, and who
// calls interfaces that fingerprinting uses. `report` takes one string. Built-ins are
// taken aside first, since the page may replace them; wrapped functions still look native.
const { apply, getOwnPropertyDescriptor, defineProperty } = Reflect;
const { stringify } = JSON;
const ErrorType = Error;
const counts = new Map();
const get = Map.prototype.get.bind(counts);
const set = Map.prototype.set.bind(counts);
const split = Function.prototype.call.bind(String.prototype.split);
const slice = Function.prototype.call.bind(String.prototype.slice);
const trim = Function.prototype.call.bind(String.prototype.trim);
const indexOf = Function.prototype.call.bind(String.prototype.indexOf);
let left = 2000;

// The caller's stack, without our own frames.
const callers = () => {
  const { stackTraceLimit, prepareStackTrace } = ErrorType;
  try {
    ErrorType.stackTraceLimit = 14;
    ErrorType.prepareStackTrace = undefined;
    const lines = split(String(new ErrorType().stack), "\n", 14);
    let text = "";
    for (let n = 4; n < lines.length; n++) text += slice(lines[n], 0, 300) + "\n";
    return text;
  } finally {
    ErrorType.stackTraceLimit = stackTraceLimit;
    ErrorType.prepareStackTrace = prepareStackTrace;
  }
};

const send = (message) => {
  if (left-- > 0) report(stringify(message));
};

// Tells a call the first time a script makes it, and then at each doubling of its count.
const note = (kind, name, detail) => {
  try {
    if (left <= 0) return;
    const stack = callers();
    const end = indexOf(stack, "\n");
    const key = kind + "|" + name + "|" + detail + "|" + slice(stack, 0, end < 0 ? 0 : end);
    const count = (get(key) || 0) + 1;
    set(key, count);
    if ((count & (count - 1)) === 0) send({ kind, name, detail, count, stack });
  } catch {}
};

const wrapFunction = (owner, name, tell) => {
  try {
    const property = owner && getOwnPropertyDescriptor(owner, name);
    if (!property || typeof property.value !== "function") return;
    property.value = new Proxy(property.value, {
      apply(target, self, args) {
        tell(args, self);
        return apply(target, self, args);
      },
    });
    defineProperty(owner, name, property);
  } catch {}
};

const wrapAccessor = (owner, name, which, tell) => {
  try {
    const property = owner && getOwnPropertyDescriptor(owner, name);
    if (!property || typeof property[which] !== "function") return;
    property[which] = new Proxy(property[which], {
      apply(target, self, args) {
        tell(args, self);
        return apply(target, self, args);
      },
    });
    defineProperty(owner, name, property);
  } catch {}
};

const short = (value) => {
  try {
    return slice(String(value), 0, 200);
  } catch {
    return "";
  }
};
const prototype = (name) => globalThis[name] && globalThis[name].prototype;

wrapAccessor(prototype("Document"), "cookie", "set", (args) =>
  note("write", "cookie", trim(split(short(args[0]), "=", 1)[0])),
);
wrapFunction(prototype("CookieStore"), "set", (args) => {
  const first = args[0];
  note("write", "cookie", short(first && typeof first === "object" ? first.name : first));
});
const storages = {};
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    storages[name] = globalThis[name];
  } catch {}
}
wrapFunction(prototype("Storage"), "setItem", (args, self) =>
  note("write", self === storages.sessionStorage ? "session" : "local", short(args[0])),
);
for (const name of ["put", "add"]) {
  wrapFunction(prototype("IDBObjectStore"), name, (args, self) =>
    note("write", "indexed-db", short(self.transaction.db.name + "/" + self.name + "/" + (args[1] ?? ""))),
  );
}

const CALLS = [
  ["HTMLCanvasElement", "toDataURL"], ["HTMLCanvasElement", "toBlob"],
  ["OffscreenCanvas", "convertToBlob"], ["CanvasRenderingContext2D", "getImageData"],
  ["CanvasRenderingContext2D", "isPointInPath"], ["WebGLRenderingContext", "readPixels"],
  ["WebGL2RenderingContext", "readPixels"], ["WebGLRenderingContext", "getSupportedExtensions"],
  ["WebGL2RenderingContext", "getSupportedExtensions"],
  ["WebGLRenderingContext", "getShaderPrecisionFormat"],
  ["WebGL2RenderingContext", "getShaderPrecisionFormat"],
  ["OfflineAudioContext", "startRendering"], ["BaseAudioContext", "createDynamicsCompressor"],
  ["AnalyserNode", "getFloatFrequencyData"], ["RTCPeerConnection", "createDataChannel"],
  ["RTCPeerConnection", "createOffer"], ["MediaDevices", "enumerateDevices"],
  ["Navigator", "getBattery"], ["NavigatorUAData", "getHighEntropyValues"],
  ["FontFaceSet", "check"], ["Keyboard", "getLayoutMap"], ["SpeechSynthesis", "getVoices"],
  ["GPU", "requestAdapter"],
];
for (const [type, name] of CALLS) {
  wrapFunction(prototype(type), name, () => note("call", type + "." + name, ""));
}
// The renderer's and vendor's unmasked names.
for (const type of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
  wrapFunction(prototype(type), "getParameter", (args) => {
    if (args[0] === 37445 || args[0] === 37446) note("call", type + ".getParameter(UNMASKED)", "");
  });
}
const READS = [
  ["Navigator", "plugins"], ["Navigator", "mimeTypes"], ["Navigator", "hardwareConcurrency"],
  ["Navigator", "deviceMemory"], ["Navigator", "maxTouchPoints"], ["Navigator", "oscpu"],
  ["NetworkInformation", "rtt"], ["Screen", "colorDepth"], ["Screen", "availWidth"],
  ["Screen", "availTop"],
];
for (const [type, name] of READS) {
  wrapAccessor(prototype(type), name, "get", () => note("call", type + "." + name, ""));
}
