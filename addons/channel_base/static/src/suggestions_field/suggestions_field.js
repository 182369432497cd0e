import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Offers the records of a many2many, in their order: one click puts one into a field. */
export class SuggestionsField extends Component {
    static template = "channel_base.SuggestionsField";
    static props = {...standardFieldProps, target: String};

    get suggestions() {
        return this.props.record.data[this.props.name].records.map((record) => ({
            id: record.resId,
            display_name: record.data.display_name,
        }));
    }

    async choose(suggestion) {
        await this.props.record.update({[this.props.target]: suggestion});
        await this.props.record.save();
    }
}

registry.category("fields").add("channel_suggestions", {
    component: SuggestionsField,
    displayName: _t("Suggestions"),
    supportedTypes: ["many2many"],
    relatedFields: [{name: "display_name", type: "char"}],
    extractProps: ({options}) => ({target: options.target}),
});
