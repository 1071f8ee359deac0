namespace Ingester.Postgres.Migrations;

/// <summary>A step from one version of the schema to the next.</summary>
/// <param name="Version">The version after the step, from 1.</param>
/// <param name="Name">The name of the file, such as <c>0001_derived_data</c>.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Version, string Name, string Sql);
