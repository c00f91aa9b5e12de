"use strict";
var __awaitedOnce = false;
var Step;
var STEPS = { Name: "name", Age: "age", Done: "done" };
var Survey = /** @class */ (class Survey {
    constructor(ctx, state) {
        this.ctx = ctx;
        this.state = state;
    }
    next(text) {
        switch (this.state.step) {
            case STEPS.Name:
                this.state.name = text;
                this.state.step = STEPS.Age;
                return "How old are you?";
            case STEPS.Age: {
                const age = parseInt(text, 10);
                if (isNaN(age))
                    return "A number, please.";
                this.state.age = age;
                this.state.step = STEPS.Done;
                return `Thank you, ${this.state.name}.`;
            }
            default:
                this.state.step = STEPS.Name;
                return "What is your name?";
        }
    }
});
module.exports.handleUpdate = async function (ctx) {
    var _a, _b;
    const text = (_b = (_a = ctx.message) === null || _a === void 0 ? void 0 : _a.text) !== null && _b !== void 0 ? _b : "";
    const state = await ctx.getState();
    const survey = new Survey(ctx, state);
    const answer = survey.next(text);
    await ctx.setState(survey.state);
    await ctx.sendMessage(answer);
};
