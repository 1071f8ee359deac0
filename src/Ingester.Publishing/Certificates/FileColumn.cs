namespace Ingester.Publishing.Certificates;

/// <summary>A column of an exported CSV file.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Type">Its type in a Table Schema: <c>string</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>.</param>
/// <param name="Description">What it holds.</param>
internal sealed record FileColumn(string Name, string Type, string Description);
