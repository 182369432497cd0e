import {registry} from "@web/core/registry";

/** Somebody has ordered what no product answers to: say which product it is. */
registry.category("web_tour.tours").add("channel_base_unmapped_sku", {
    steps: () => [
        {
            content: "The issue says which order and why",
            trigger: ".o_data_cell[name=message]:contains(POSTER-01)",
            run: "click",
        },
        {
            content: "The likeliest product is offered: take it",
            trigger: ".o_channel_suggestions button:contains(Blue poster)",
            run: "click",
        },
        {
            content: "The issue is resolved by that",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
        {
            content: "Go back: nothing is left to fix",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "The empty screen says so",
            trigger: ".o_view_nocontent:contains(Nothing to fix)",
        },
    ],
});

/** The order that waited has become a sale order. */
registry.category("web_tour.tours").add("channel_base_order_flowed_on", {
    steps: () => [
        {
            content: "Open the order that was blocked",
            trigger: ".o_data_row:contains(Imported) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "It was imported",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Imported)",
        },
        {
            content: "Its story tells so",
            trigger: "a[name=story]",
            run: "click",
        },
        {
            content: "From the order to the invoice",
            trigger: ".o_field_widget[name=story]:contains(confirmed)",
        },
        {
            content: "Open its sale order",
            trigger: "button[name=action_open_sale_order]",
            run: "click",
        },
        {
            content: "It sells the product that was chosen",
            trigger: ".o_field_widget[name=order_line]:contains(Blue poster)",
        },
    ],
});
