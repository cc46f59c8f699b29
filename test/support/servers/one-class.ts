/** One class for all tests of a file: each test has people of its own, whose devices are closed after it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ClassState, PersonRow } from '#dissect/page-class';
import { type ClassPlace, Device, codeOf, join, placeOf, startClass } from './class.ts';
import type { TestWorkbench } from './workbench.ts';

export let workbench: TestWorkbench;
export let place: ClassPlace;
/** The instructor’s device. */
export let lead: Device;
let data: string;
const devices: Device[] = [];

export function useClass(): void {
  beforeAll(async () => {
    data = await mkdtemp(joinPath(tmpdir(), 'wireglass-class-'));
    await begin();
  });
  afterEach(closeDevices);
  afterAll(async () => {
    await end();
    await rm(data, { recursive: true, force: true });
  });
}

/** The server is stopped and started with what is stored. The devices of before are closed. */
export async function startAnew(): Promise<void> {
  await closeDevices();
  await end();
  await begin();
}

async function begin(): Promise<void> {
  workbench = await startClass(data);
  place = placeOf(workbench);
  lead = new Device(place, workbench.data.token);
}

async function end(): Promise<void> {
  await lead.close();
  await workbench.close();
}

async function closeDevices(): Promise<void> {
  await Promise.all(devices.splice(0).map((device) => device.close()));
}

/** Somebody joins: a student, unless it is with another code. */
export async function comesIn(name: string, code = codeOf(workbench)): Promise<Device> {
  return closedAfterwards(await join(place, code, name));
}

/** The page of a device is opened again. */
export function comesBack({ token }: Pick<Device, 'token'>): Device {
  return closedAfterwards(new Device(place, token));
}

function closedAfterwards(device: Device): Device {
  devices.push(device);
  return device;
}

/** What those who lead are told of a person. */
export const rowOf = ({ lead: known }: ClassState, name: string): PersonRow | undefined =>
  known?.people.find((person) => person.name === name);
