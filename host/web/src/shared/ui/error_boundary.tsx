import { Component, type ErrorInfo, type ReactNode } from "react";
import { Failure } from "./states";

interface Props {
  /** Another value makes a fresh start, for instance the address of the page. */
  resetKey?: string;
  title?: string;
  children: ReactNode;
}

interface State {
  error: Error | undefined;
}

/** Keeps a failure inside the part it happened in. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override componentDidUpdate(previous: Props): void {
    if (this.state.error && previous.resetKey !== this.props.resetKey) this.setState({ error: undefined });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Failure error={error} title={this.props.title} onRetry={() => this.setState({ error: undefined })} />
    );
  }
}
