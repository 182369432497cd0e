import {registry} from "@web/core/registry";

/** An order was edited at its channel: read what that means here, and approve it. */
registry.category("web_tour.tours").add("channel_base_order_change", {
    steps: () => [
        {
            content: "The issue says what waits",
            trigger: ".o_data_cell[name=message]:contains(waits for you)",
            run: "click",
        },
        {
            content: "From there to the change",
            trigger: "button[name=action_open_change]",
            run: "click",
        },
        {
            content: "A line is added",
            trigger: ".o_field_widget[name=step_ids]:contains(Add 2 x)",
        },
        {
            content: "The totals tell what it comes to",
            trigger: ".o_field_widget[name=total_after]:contains(30.00)",
        },
        {
            content: "Let the documents follow",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            content: "A job applies it",
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains(Being applied)",
        },
    ],
});

/** Afterwards the list of changes is empty, and the order shows the change. */
registry.category("web_tour.tours").add("channel_base_order_changed", {
    steps: () => [
        {
            content: "Nothing is left to decide",
            trigger: ".o_view_nocontent:contains(No changes to decide on)",
        },
        {
            content: "Look at those that were applied",
            trigger: ".o_facet_remove",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_data_row:contains(Applied) .o_data_cell[name=order_id]",
            run: "click",
        },
        {
            content: "Its order",
            trigger: "button[name=action_open_order]",
            run: "click",
        },
        {
            content: "The order leads to its changes",
            trigger: "button[name=action_open_changes]:contains(1)",
        },
    ],
});
