// Schedules for the stages that are not one expression per element.
import type { Schedule } from './scheduled.ts';

export const scheduleLibrary: Schedule = () => null;
