import { ACCOUNT } from '../account.ts';
import type { XmlFields } from '../xml.ts';
import { Ec2Error } from './errors.ts';
import { compileFilters, type Filterable } from './filters.ts';
import { type Instance, type InstanceState, STATE_CODES } from './instance.ts';
import type { Instances } from './instances.ts';
import { pageOf } from './paging.ts';
import {
  describeInstances as describeInstancesRequest,
  instances as instancesRequest,
  parse,
} from './requests.ts';
import { tagSet } from './tags.ts';

const SMALLEST_PAGE = 5;

/** DescribeInstances: a page of the machines that pass the filters, grouped by the launch they came from. */
export function describeInstances(parameters: unknown, instances: Instances): XmlFields {
  const request = parse(describeInstancesRequest, parameters);
  if (request.InstanceId.length > 0 && request.MaxResults !== undefined) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  const named = request.InstanceId.length > 0 ? instances.get(request.InstanceId) : instances.all();
  const passes = compileFilters(request.Filter);
  const found = named.filter((instance) => passes(filterable(instance)));
  const bySequence = found.map((instance) => ({ sequence: instance.details.sequence, instance }));
  const { items, nextToken } = pageOf(bySequence, request, SMALLEST_PAGE);
  const reservations = new Map<string, XmlFields[]>();
  for (const { instance } of items) {
    const { reservationId } = instance.details;
    reservations.set(reservationId, [...(reservations.get(reservationId) ?? []), describe(instance)]);
  }
  const item = Array.from(reservations, ([reservationId, item]) => ({
    reservationId,
    ownerId: ACCOUNT,
    instancesSet: { item },
  }));
  return { reservationSet: { item }, nextToken };
}

/** TerminateInstances: all of them, or none if one does not exist. */
export function terminateInstances(parameters: unknown, instances: Instances): XmlFields {
  return change(parameters, instances, (instance) => instance.terminate());
}

/** StopInstances. @throws Ec2Error `IncorrectInstanceState`, or `UnsupportedOperation` for Spot machines */
export function stopInstances(parameters: unknown, instances: Instances): XmlFields {
  const ids = parse(instancesRequest, parameters).InstanceId;
  const spot = instances.get(ids).find(({ details }) => details.lifecycle === 'spot');
  if (spot !== undefined)
    throw new Ec2Error(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${spot.details.instanceId}' because it is associated with a one-time Spot Instance request.`,
    );
  return change(
    parameters,
    instances,
    (instance) => instance.halt(),
    ['running', 'stopping', 'stopped'],
    'stopped',
  );
}

/** StartInstances. @throws Ec2Error `IncorrectInstanceState` */
export function startInstances(parameters: unknown, instances: Instances): XmlFields {
  return change(
    parameters,
    instances,
    (instance) => instance.start(),
    ['pending', 'running', 'stopped'],
    'started',
  );
}

function change(
  parameters: unknown,
  instances: Instances,
  act: (instance: Instance) => void,
  from?: readonly InstanceState[],
  verb?: string,
): XmlFields {
  const found = instances.get(parse(instancesRequest, parameters).InstanceId);
  for (const { state, details } of found) {
    if (from === undefined || from.includes(state)) continue;
    throw new Ec2Error(
      'IncorrectInstanceState',
      `This instance '${details.instanceId}' is not in a state from which it can be ${verb}.`,
    );
  }
  const item = found.map((instance) => {
    const previousState = describeState(instance);
    act(instance);
    return { instanceId: instance.details.instanceId, currentState: describeState(instance), previousState };
  });
  return { instancesSet: { item } };
}

function filterable({ details, state, launchedAt }: Instance): Filterable {
  return {
    tags: details.tags,
    fields: {
      'instance-id': details.instanceId,
      'instance-state-name': state,
      'instance-state-code': String(STATE_CODES[state]),
      'instance-type': details.instanceType,
      'instance-lifecycle': details.lifecycle === 'spot' ? 'spot' : undefined,
      'image-id': details.imageId,
      'availability-zone': details.availabilityZone,
      'subnet-id': details.subnetId,
      'reservation-id': details.reservationId,
      'launch-time': launchedAt.toISOString(),
    },
  };
}

function describeState({ state }: Instance): XmlFields {
  return { code: STATE_CODES[state], name: state };
}

function describe(instance: Instance): XmlFields {
  const { details, launchedAt, stateReason } = instance;
  return {
    instanceId: details.instanceId,
    imageId: details.imageId,
    instanceState: describeState(instance),
    stateReason: stateReason && { code: stateReason.code, message: stateReason.message },
    privateIpAddress: '127.0.0.1',
    instanceType: details.instanceType,
    instanceLifecycle: details.lifecycle === 'spot' ? 'spot' : undefined,
    launchTime: launchedAt,
    placement: { availabilityZone: details.availabilityZone },
    subnetId: details.subnetId,
    tagSet: tagSet(details.tags),
  };
}
