import {registry} from "@web/core/registry";

/** A credit note is posted: have the channel pay it back. */
registry.category("web_tour.tours").add("channel_base_refund", {
    steps: () => [
        {
            content: "Ask for it on the credit note",
            trigger: "button[name=action_channel_refund]",
            run: "click",
        },
        {
            content: "The amount is shown before anything is sent",
            trigger: ".modal .o_field_widget[name=amount_total]:contains(12.00)",
        },
        {
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            content: "It is on its way, and cannot be asked for again",
            trigger: ".o_form_view:not(:has(button[name=action_channel_refund]))",
        },
        {
            content: "The credit note tells how far it is",
            trigger: ".o_notebook .nav-link[name=channel_refund]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=channel_refund_ids]:contains(To send)",
        },
    ],
});

/** The channel has paid it back. */
registry.category("web_tour.tours").add("channel_base_refunded", {
    steps: () => [
        {
            content: "The list of refunds tells so",
            trigger: ".o_data_row:contains(Paid back)",
        },
    ],
});
