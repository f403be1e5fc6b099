import type { XmlContent, XmlFields } from '../xml.ts';
import { compileFilters } from './filters.ts';
import type { LaunchTemplate, LaunchTemplates, LaunchTemplateVersion } from './launch-templates.ts';
import { pageOf } from './paging.ts';
import * as requests from './requests.ts';
import { tagSet, tagsFor } from './tags.ts';

export function createLaunchTemplate(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const request = requests.parse(requests.createLaunchTemplate, parameters);
  const tags = tagsFor('launch-template', request.TagSpecification);
  const { LaunchTemplateName, VersionDescription, LaunchTemplateData } = request;
  const template = templates.create(LaunchTemplateName, VersionDescription, LaunchTemplateData, tags);
  return { launchTemplate: describeTemplate(template) };
}

export function createLaunchTemplateVersion(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const request = requests.parse(requests.createLaunchTemplateVersion, parameters);
  const template = templates.get(request);
  const { SourceVersion, VersionDescription, LaunchTemplateData } = request;
  const version = templates.addVersion(template, SourceVersion, VersionDescription, LaunchTemplateData);
  return { launchTemplateVersion: describeVersion(template, version) };
}

/** ModifyLaunchTemplate: sets the version that `$Default` stands for. */
export function modifyLaunchTemplate(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const request = requests.parse(requests.modifyLaunchTemplate, parameters);
  const template = templates.get(request);
  template.defaultVersion = templates.version(template, request.SetDefaultVersion).sequence;
  return { launchTemplate: describeTemplate(template) };
}

export function deleteLaunchTemplate(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const template = templates.get(requests.parse(requests.deleteLaunchTemplate, parameters));
  templates.delete(template);
  return { launchTemplate: describeTemplate(template) };
}

export function describeLaunchTemplates(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const request = requests.parse(requests.describeLaunchTemplates, parameters);
  const named = [
    ...request.LaunchTemplateId.map((LaunchTemplateId) => templates.get({ LaunchTemplateId })),
    ...request.LaunchTemplateName.map((LaunchTemplateName) => templates.get({ LaunchTemplateName })),
  ];
  const passes = compileFilters(request.Filter);
  const found = (named.length > 0 ? named : templates.all()).filter(({ name, tags }) =>
    passes({ tags, fields: { 'launch-template-name': name } }),
  );
  const { items, nextToken } = pageOf(found, request, 1);
  return { launchTemplates: { item: items.map(describeTemplate) }, nextToken };
}

export function describeLaunchTemplateVersions(parameters: unknown, templates: LaunchTemplates): XmlFields {
  const request = requests.parse(requests.describeLaunchTemplateVersions, parameters);
  const { LaunchTemplateVersion: wanted, MinVersion = 1, MaxVersion = Number.POSITIVE_INFINITY } = request;
  const template = templates.get(request);
  const found =
    wanted.length > 0
      ? wanted.map((version) => templates.version(template, version))
      : template.versions.filter(({ sequence }) => sequence >= MinVersion && sequence <= MaxVersion);
  const { items, nextToken } = pageOf(found, request, 1);
  const item = items.map((version) => describeVersion(template, version));
  return { launchTemplateVersionSet: { item }, nextToken };
}

function describeTemplate(template: LaunchTemplate): XmlFields {
  return {
    launchTemplateId: template.id,
    launchTemplateName: template.name,
    createTime: template.createdAt,
    defaultVersionNumber: template.defaultVersion,
    latestVersionNumber: template.versions.length,
    tagSet: tagSet(template.tags),
  };
}

function describeVersion(template: LaunchTemplate, version: LaunchTemplateVersion): XmlFields {
  return {
    launchTemplateId: template.id,
    launchTemplateName: template.name,
    versionNumber: version.sequence,
    versionDescription: version.description,
    createTime: version.createdAt,
    defaultVersion: template.defaultVersion === version.sequence,
    launchTemplateData: toResponse(version.data),
  };
}

/** Answers name what requests name, but in lower case, and lists as sets: `Tag.1.Key` is `tagSet/item/key`. */
function toResponse(value: unknown): XmlContent {
  if (typeof value !== 'object' || value === null) return String(value);
  const fields: Record<string, XmlContent> = {};
  for (const [name, child] of Object.entries(value)) {
    if (child === undefined) continue;
    const lowerCase = name.charAt(0).toLowerCase() + name.slice(1);
    if (Array.isArray(child)) fields[`${lowerCase}Set`] = { item: child.map(toResponse) };
    else fields[lowerCase] = toResponse(child);
  }
  return fields;
}
