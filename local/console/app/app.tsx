import { usePlace } from './router.ts';
import { Shell } from './shell.tsx';

export function App() {
  const place = usePlace();
  return <Shell place={place}>{place.path}</Shell>;
}
