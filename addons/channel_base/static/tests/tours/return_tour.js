import {registry} from "@web/core/registry";

/** A buyer wants to send something back: agree, and say what became of it. */
registry.category("web_tour.tours").add("channel_base_return", {
    steps: () => [
        {
            content: "The return waits for a decision",
            trigger: ".o_data_row:contains(To decide) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "It says why no rule decided",
            trigger: ".o_field_widget[name=rule_text]:contains(No rule fits)",
        },
        {
            content: "Agree to it",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            content: "It is decided",
            trigger: ".o_field_widget[name=decided_by]:contains(A person)",
        },
    ],
});

/** The goods have come: they are not for sale again. */
registry.category("web_tour.tours").add("channel_base_return_inspect", {
    steps: () => [
        {
            content: "The goods are awaited",
            trigger: ".o_data_row:contains(Goods awaited) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "Inspect them",
            trigger: "button[name=action_open_inspection]",
            run: "click",
        },
        {
            content: "They are proposed to go back to stock: receive them",
            trigger: ".modal .o_data_row:contains(Back to stock)",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "What was decided is kept",
            trigger: "body:not(:has(.modal)) a[name=inspection]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=inspection_ids]:contains(Back to stock)",
        },
    ],
});
