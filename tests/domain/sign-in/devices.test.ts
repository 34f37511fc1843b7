import { describe, expect, test } from 'vitest';
import { deviceMark, newDeviceId, withDevice } from '../../../src/domain/sign-in/devices.ts';

describe('known devices', () => {
  test('a mark is the same for the same device and account, and for no other', () => {
    const [one, two] = [newDeviceId(), newDeviceId()];
    expect(deviceMark(one, 'a')).toMatch(/^[0-9a-f]{64}$/);
    expect(deviceMark(one, 'a')).toBe(deviceMark(one, 'a'));
    expect(new Set([deviceMark(one, 'a'), deviceMark(one, 'b'), deviceMark(two, 'a')]).size).toBe(3);
  });

  test('at most 20 devices are kept, the one unused for longest goes', () => {
    let devices: readonly string[] = [];
    for (let i = 0; i < 20; i += 1) devices = withDevice(devices, `d${i}`);
    expect(devices).toHaveLength(20);
    devices = withDevice(withDevice(devices, 'd0'), 'new');
    expect(devices).toHaveLength(20);
    expect(devices).not.toContain('d1');
    expect(devices.slice(-2)).toEqual(['d0', 'new']);
  });
});
