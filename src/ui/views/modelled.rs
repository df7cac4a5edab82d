//! What is modelled, and what is not: the card that says how far a run may be believed.

use super::Stage;
use faultline::text::Text;
use yew::prelude::*;

/// The view.
pub fn modelled(stage: Stage) -> Html {
    let stage = &stage;
    let protocol = stage.run.scenario.protocol;
    let head = |en, zh| stage.words(&Text::new(en, zh));
    let sources = protocol.parameters().iter().map(|parameter| {
        html! {
            <tr key={parameter.key}>
                <th scope="row">{ stage.words(&parameter.name) }</th>
                <td>{ super::parameters::value_name(stage, parameter, parameter.default()) }</td>
                <td>{ stage.words(&parameter.source) }</td>
            </tr>
        }
    });
    let properties = stage.run.verdicts.iter().map(|judged| {
        let property = judged.property;
        html! {
            <tr key={property.id}>
                <th scope="row">{ stage.words(&property.title) }</th>
                <td>{ property.source }</td>
            </tr>
        }
    });
    html! {
        <div class="modelled">
            <p class="prose">{ stage.words(&protocol.summary()) }</p>
            <div class="halves">
                <section>
                    <h2>{ head("Modelled", "已建模") }</h2>
                    { list(stage, protocol.modelled(), "yes") }
                </section>
                <section>
                    <h2>{ head("Not modelled", "未建模") }</h2>
                    { list(stage, protocol.not_modelled(), "no") }
                </section>
            </div>
            <section>
                <h2>{ head("The protocol’s words", "协议术语") }</h2>
                <dl class="terms">
                    { for protocol.terms().iter().map(|term| html! {
                        <div key={term.kind}>
                            <dt>{ stage.words(&term.label) }</dt>
                            <dd>{ stage.words(&term.gloss) }</dd>
                        </div>
                    }) }
                </dl>
            </section>
            <div class="scroll" tabindex="0" role="region" aria-label={head("Parameters and their sources", "参数及其出处")}>
                <table>
                    <caption>{ head("Parameters and their sources", "参数及其出处") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ head("Parameter", "参数") }</th>
                            <th scope="col">{ head("Default", "默认值") }</th>
                            <th scope="col">{ head("Source of the default", "默认值出处") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for sources }</tbody>
                </table>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label={head("Properties and their sources", "性质及其出处")}>
                <table>
                    <caption>{ head("Properties and their sources", "性质及其出处") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ head("Property", "性质") }</th>
                            <th scope="col">{ head("Source", "出处") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for properties }</tbody>
                </table>
            </div>
        </div>
    }
}

fn list(stage: &Stage, sentences: &[Text], class: &'static str) -> Html {
    html! { <ul class={classes!("said", class)}>{ for sentences.iter().map(|said| html! { <li>{ stage.words(said) }</li> }) }</ul> }
}
