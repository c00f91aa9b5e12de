"use strict";
var Step;
const STEP = { Idle: 0, Device: 1, Fault: 2, Serial: 3 };
const isBlank = (value) => value === null || value === void 0 || value.trim() === "";
/** Formats a line. */
function line(label, value) {
    return "".concat(label, ": ").concat(value !== null && value !== void 0 ? value : "-");
}
class Session {
    constructor(ctx, state) {
        this.ctx = ctx;
        this.state = state;
        this.step = STEP.Idle;
        if (state._ && typeof state._.step === "number") {
            this.step = state._.step;
        }
    }
    static async open(ctx) {
        const state = await ctx.getState();
        return new Session(ctx, Object.assign({}, state));
    }
    async go(step, text, keyboard) {
        this.state._ = { step };
        await this.ctx.setState(this.state);
        await this.ctx.sendMessage(keyboard ? { text, keyboard } : text);
    }
}
async function handle(session, text) {
    var _a;
    switch (session.step) {
        case STEP.Idle:
            if (text === "/start")
                return session.go(STEP.Device, "Which device?", [["Phone", "Laptop"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Device:
            if (isBlank(text))
                return session.go(STEP.Device, "Which device?");
            session.state.device = text;
            return session.go(STEP.Fault, "What is wrong?");
        case STEP.Fault:
            if (isBlank(text))
                return session.go(STEP.Fault, "What is wrong?");
            session.state.fault = text;
            return session.go(STEP.Serial, "The serial number?");
        case STEP.Serial:
            if (isBlank(text))
                return session.go(STEP.Serial, "The serial number?");
            session.state.serial = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/repairs"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("device", session.state.device), line("fault", session.state.fault), line("serial", session.state.serial), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
