import {registry} from "@web/core/registry";

/** From the app to the arithmetic behind one quantity, the way a seller would go. */
registry.category("web_tour.tours").add("channel_base_why_quantity", {
    steps: () => [
        {
            content: "Open the listing",
            trigger: ".o_data_cell[name=sku]:contains(SKU-WHY)",
            run: "click",
        },
        {
            content: "Ask why its place shows this quantity",
            trigger: ".o_field_widget[name=level_ids] button[name=action_why]",
            run: "click",
        },
        {
            content: "Ten on hand, three sold",
            trigger: ".o_channel_explanation td:contains(Product SKU-WHY)",
        },
        {
            content: "Half of the pool, less safety stock, is what goes out",
            trigger: ".o_channel_explanation tr:contains(To be shown) td:contains(2)",
        },
        {
            content: "What was shown before is one page further",
            trigger: "a[name=ledger]",
            run: "click",
        },
        {
            content: "Open the ledger entry",
            trigger: ".o_field_widget[name=entry_ids] .o_data_cell[name=quantity]:contains(2)",
            run: "click",
        },
        {
            content: "It carries the same explanation",
            trigger: ".modal .o_channel_explanation",
        },
    ],
});
