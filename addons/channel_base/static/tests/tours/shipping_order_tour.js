import {registry} from "@web/core/registry";

/** A transfer that a provider ships is to stay: ask, for only the provider can say. */
registry.category("web_tour.tours").add("channel_base_shipping_cancel", {
    steps: () => [
        {
            content: "The provider has accepted it",
            trigger: ".o_data_row:contains(Accepted) .o_data_cell[name=reference]",
            run: "click",
        },
        {
            content: "It shows what is to be sent",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(SKU-1)",
        },
        {
            content: "Ask not to send it",
            trigger: "button[name=action_cancel]",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "It is to be asked for",
            trigger: ".o_field_widget[name=cancel_state]:contains(To ask for)",
        },
    ],
});

/** The provider agreed: the transfer is a person's to send again. */
registry.category("web_tour.tours").add("channel_base_shipping_again", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Cancelled) .o_data_cell[name=reference]",
            run: "click",
        },
        {
            trigger: "button[name=action_send_again]",
            run: "click",
        },
        {
            content: "Back to all of them",
            trigger: ".o_back_button a, .breadcrumb-item a:first",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Cancelled)",
        },
    ],
});
