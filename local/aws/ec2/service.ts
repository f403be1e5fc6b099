import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Reply } from '../http-reply.ts';
import { renderXml, type XmlFields } from '../xml.ts';
import { createFleet, type Pool } from './create-fleet.ts';
import { Ec2Error } from './errors.ts';
import { Idempotency } from './idempotency.ts';
import type { Boot, Instance } from './instance.ts';
import {
  describeInstances,
  startInstances,
  stopInstances,
  terminateInstances,
} from './instance-operations.ts';
import { Instances } from './instances.ts';
import * as launchTemplates from './launch-template-operations.ts';
import { LaunchTemplates } from './launch-templates.ts';
import { answerMetadata } from './metadata.ts';
import { type Parameters, parseParameters } from './query-parameters.ts';
import * as requests from './requests.ts';
import { createTags, deleteTags, describeTags } from './tag-operations.ts';
import type { Tags } from './tags.ts';

const XML_HEADERS = { 'content-type': 'text/xml;charset=UTF-8' };
const XML_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';

/** What goes wrong at EC2, as a test has it. */
export interface Ec2Faults {
  /** The code of the error that an action is answered with, such as `RequestLimitExceeded`; `undefined` for none. */
  readonly refuse?: (action: string) => string | undefined;
  /** How many more machines a pool of capacity has; by default no end. */
  readonly capacityOf?: (pool: Pool) => number;
}

type Action = (parameters: Parameters) => XmlFields;

/** EC2 over the Query protocol; its machines are processes of this host. */
export class Ec2Service {
  #templates = new LaunchTemplates();
  #instances: Instances;
  #answers = new Idempotency<XmlFields>();
  #actions: ReadonlyMap<string, Action>;
  #faults: Ec2Faults;

  /** @param instanceLimit how many machines may be pending or running at once */
  constructor(boot: Boot, instanceLimit: number, faults: Ec2Faults = {}) {
    this.#instances = new Instances(boot, instanceLimit);
    this.#faults = faults;
    this.#actions = this.#listActions();
  }

  /** Answers a machine that asks the metadata service about itself. */
  metadata(method: string, url: string, token: string | string[] | undefined): Reply {
    return answerMetadata(method, url, token, this.#instances);
  }

  /** A machine by its id. @throws Ec2Error `InvalidInstanceID.NotFound` */
  instance(id: string): Instance {
    const [found] = this.#instances.get([id]);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  }

  /** The tags of each machine that runs. */
  tagsOfRunning(): Readonly<Tags>[] {
    const running = this.#instances.all().filter(({ state }) => state === 'running');
    return running.map(({ details }) => details.tags);
  }

  /** Answers one request; what EC2 refuses is an answer as well. */
  handle(body: Buffer): Reply {
    try {
      const { Action: name, Version, DryRun, ...parameters } = parseParameters(body.toString());
      const act = typeof name === 'string' ? this.#actions.get(name) : undefined;
      if (act === undefined) {
        throw new Ec2Error('InvalidAction', `The action ${String(name)} is not valid for this web service.`);
      }
      const fault = this.#faults.refuse?.(String(name));
      if (fault !== undefined) throw new Ec2Error(fault, 'Request limit exceeded.', 503);
      if (DryRun === 'true') {
        throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      const response = renderXml({ requestId: randomUUID(), ...act(parameters) });
      const namespace = `http://ec2.amazonaws.com/doc/${String(Version)}/`;
      const xml = `${XML_PROLOGUE}<${name}Response xmlns="${namespace}">${response}</${name}Response>`;
      return { status: 200, headers: XML_HEADERS, body: xml };
    } catch (error) {
      if (error instanceof AwsError) return errorReply(error);
      throw error;
    }
  }

  /** Kills every machine. */
  async stop(): Promise<void> {
    await this.#instances.killAll();
  }

  #listActions(): Map<string, Action> {
    const templates = this.#templates;
    const instances = this.#instances;
    const resources = { instances, templates };
    const once =
      (action: Action): Action =>
      (parameters) =>
        this.#answers.once(parameters, () => action(parameters));
    return new Map<string, Action>([
      ['CreateLaunchTemplate', once((p) => launchTemplates.createLaunchTemplate(p, templates))],
      ['CreateLaunchTemplateVersion', once((p) => launchTemplates.createLaunchTemplateVersion(p, templates))],
      ['ModifyLaunchTemplate', (p) => launchTemplates.modifyLaunchTemplate(p, templates)],
      ['DeleteLaunchTemplate', (p) => launchTemplates.deleteLaunchTemplate(p, templates)],
      ['DescribeLaunchTemplates', (p) => launchTemplates.describeLaunchTemplates(p, templates)],
      ['DescribeLaunchTemplateVersions', (p) => launchTemplates.describeLaunchTemplateVersions(p, templates)],
      [
        'CreateFleet',
        once((p) => createFleet(requests.parse(requests.createFleet, p), templates, instances, this.#faults)),
      ],
      ['DescribeInstances', (p) => describeInstances(p, instances)],
      ['TerminateInstances', (p) => terminateInstances(p, instances)],
      ['StopInstances', (p) => stopInstances(p, instances)],
      ['StartInstances', (p) => startInstances(p, instances)],
      ['CreateTags', (p) => createTags(p, resources)],
      ['DeleteTags', (p) => deleteTags(p, resources)],
      ['DescribeTags', (p) => describeTags(p, resources)],
    ]);
  }
}

function errorReply(error: AwsError): Reply {
  const Errors = { Error: { Code: error.code, Message: error.message } };
  const xml = renderXml({ Response: { Errors, RequestID: randomUUID() } });
  return { status: error.status, headers: XML_HEADERS, body: XML_PROLOGUE + xml };
}
