import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Reply } from '../http-reply.ts';
import { renderXml, type XmlFields } from '../xml.ts';
import { createFleet } from './create-fleet.ts';
import { Ec2Error } from './errors.ts';
import { Idempotency } from './idempotency.ts';
import type { Boot } from './instance.ts';
import {
  describeInstances,
  startInstances,
  stopInstances,
  terminateInstances,
} from './instance-operations.ts';
import { Instances } from './instances.ts';
import * as launchTemplates from './launch-template-operations.ts';
import { LaunchTemplates } from './launch-templates.ts';
import { type Parameters, parseParameters } from './query-parameters.ts';
import * as requests from './requests.ts';
import { createTags, deleteTags, describeTags } from './tag-operations.ts';

const XML_HEADERS = { 'content-type': 'text/xml;charset=UTF-8' };
const XML_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';

type Action = (parameters: Parameters) => XmlFields;

/** EC2 over the Query protocol; its machines are processes of this host. */
export class Ec2Service {
  #templates = new LaunchTemplates();
  #instances: Instances;
  #answers = new Idempotency<XmlFields>();
  #actions: ReadonlyMap<string, Action>;

  /** @param instanceLimit how many machines may be pending or running at once */
  constructor(boot: Boot, instanceLimit: number) {
    this.#instances = new Instances(boot, instanceLimit);
    this.#actions = this.#listActions();
  }

  /** Answers one request; what EC2 refuses is an answer as well. */
  handle(body: Buffer): Reply {
    try {
      const { Action: name, Version, DryRun, ...parameters } = parseParameters(body.toString());
      const act = typeof name === 'string' ? this.#actions.get(name) : undefined;
      if (act === undefined) {
        throw new Ec2Error('InvalidAction', `The action ${String(name)} is not valid for this web service.`);
      }
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
        once((p) => createFleet(requests.parse(requests.createFleet, p), templates, instances)),
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
