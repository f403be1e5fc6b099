import { randomBytes } from 'node:crypto';
import { Ec2Error, invalidValue } from './errors.ts';
import { type LaunchTemplateData, launchTemplateData, parse } from './requests.ts';
import type { Tags } from './tags.ts';

/** One version of a launch template; versions never change. */
export interface LaunchTemplateVersion {
  readonly sequence: number;
  readonly createdAt: Date;
  readonly description: string | undefined;
  readonly data: LaunchTemplateData;
}

/** A launch template: versions numbered from 1, one of which is the default. */
export interface LaunchTemplate {
  readonly sequence: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Tags;
  readonly versions: LaunchTemplateVersion[];
  defaultVersion: number;
}

/** How requests name a template. */
export interface TemplateReference {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** The account's launch templates. */
export class LaunchTemplates {
  #templates = new Map<string, LaunchTemplate>();
  #sequence = 0;

  /** @throws Ec2Error `InvalidLaunchTemplateName.AlreadyExistsException` */
  create(name: string, description: string | undefined, data: unknown, tags: Tags): LaunchTemplate {
    if (this.all().some((template) => template.name === name)) {
      throw new Ec2Error(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      );
    }
    const template: LaunchTemplate = {
      sequence: this.#sequence++,
      id: `lt-${randomBytes(9).toString('hex').slice(1)}`,
      name,
      createdAt: new Date(),
      tags,
      versions: [versionOf(1, description, parse(launchTemplateData, data))],
      defaultVersion: 1,
    };
    this.#templates.set(template.id, template);
    return template;
  }

  /** Adds a version: the fields given, over those of the source version if one is named. */
  addVersion(
    template: LaunchTemplate,
    source: string | undefined,
    description: string | undefined,
    data: object,
  ): LaunchTemplateVersion {
    const before = source === undefined ? {} : this.version(template, source).data;
    const merged = parse(launchTemplateData, { ...before, ...data });
    const version = versionOf(template.versions.length + 1, description, merged);
    template.versions.push(version);
    return version;
  }

  /** @throws Ec2Error when the reference names no template, two ways of naming one, or none that exists */
  get(reference: TemplateReference): LaunchTemplate {
    const { LaunchTemplateId: id, LaunchTemplateName: name } = reference;
    if ((id === undefined) === (name === undefined)) {
      throw new Ec2Error('InvalidParameterCombination', 'Specify either a launch template ID or a name.');
    }
    return id === undefined ? this.#byName(name) : this.#byId(id);
  }

  all(): LaunchTemplate[] {
    return [...this.#templates.values()];
  }

  /**
   * @param version a number, `$Latest` or `$Default`
   * @throws Ec2Error `InvalidLaunchTemplateId.VersionNotFound`
   */
  version(template: LaunchTemplate, version: string): LaunchTemplateVersion {
    const number = this.#versionNumber(template, version);
    const found = template.versions[number - 1];
    if (found !== undefined) return found;
    throw new Ec2Error(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
    );
  }

  delete(template: LaunchTemplate): void {
    this.#templates.delete(template.id);
  }

  #versionNumber(template: LaunchTemplate, version: string): number {
    if (version === '$Latest') return template.versions.length;
    if (version === '$Default') return template.defaultVersion;
    if (/^\d+$/.test(version)) return Number(version);
    throw invalidValue(`Invalid launch template version: ${version}. Specify a number, $Latest or $Default.`);
  }

  #byName(name: string | undefined): LaunchTemplate {
    const template = this.all().find((each) => each.name === name);
    if (template !== undefined) return template;
    throw new Ec2Error(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${name}, does not exist.`,
    );
  }

  #byId(id: string): LaunchTemplate {
    const template = this.#templates.get(id);
    if (template !== undefined) return template;
    throw new Ec2Error(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
}

function versionOf(
  sequence: number,
  description: string | undefined,
  data: LaunchTemplateData,
): LaunchTemplateVersion {
  return { sequence, createdAt: new Date(), description, data };
}
