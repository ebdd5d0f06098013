import "/k/module-child.mjs";
