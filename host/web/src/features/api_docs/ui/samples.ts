// The samples that the description holds, drawn with the library's own React below each operation's answers.

type Node = unknown;
type Draw = (props: Record<string, unknown>) => Node;

interface System {
  React: { createElement: (type: unknown, props: unknown, ...children: Node[]) => Node; Fragment: unknown };
}

interface ResponsesProps extends Record<string, unknown> {
  path: string;
  method: string;
  specSelectors: { specJson: () => { getIn: (path: string[]) => { toJS: () => Sample[] } | undefined } };
}

interface Sample {
  lang: string;
  label: string;
  source: string;
}

export const samplesPlugin = {
  wrapComponents: {
    responses:
      (Original: Draw, { React }: System) =>
      (given: Record<string, unknown>) => {
        const props = given as ResponsesProps;
        const path = ["paths", props.path, props.method, "x-codeSamples"];
        const samples = props.specSelectors.specJson().getIn(path)?.toJS() ?? [];
        const h = React.createElement;
        return h(
          React.Fragment,
          null,
          h(Original, props),
          ...samples.map((sample) =>
            h(
              "details",
              { key: sample.lang, className: "api-sample" },
              h("summary", null, sample.label),
              h("pre", { tabIndex: 0 }, sample.source),
            ),
          ),
        );
      },
  },
};
