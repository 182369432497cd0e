import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Shows stored JSON, as text or as value, indented and never editable. */
export class ChannelJsonField extends Component {
    static template = "channel_base.JsonField";
    static props = {...standardFieldProps};

    get formatted() {
        const value = this.props.record.data[this.props.name];
        if (!value) {
            return "";
        }
        try {
            const parsed = typeof value === "string" ? JSON.parse(value) : value;
            return JSON.stringify(parsed, null, 2);
        } catch {
            return value;
        }
    }
}

registry.category("fields").add("channel_json", {
    component: ChannelJsonField,
    displayName: _t("Indented JSON"),
    supportedTypes: ["json", "text"],
});
