import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { Pages } from "./Pages";
import { queryClient } from "./queryClient";

/** The router without its data layer, because TanStack Query loads the data: that saves a tenth of the script. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <Pages />
      </BrowserRouter>
    </QueryClientProvider>
  );
}
