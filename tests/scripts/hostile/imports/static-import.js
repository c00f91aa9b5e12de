// syntax: static import
import fs from "fs";
module.exports.handleUpdate = async (ctx) => {};
