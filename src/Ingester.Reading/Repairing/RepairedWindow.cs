namespace Ingester.Reading.Repairing;

/// <summary>A window that is now whole.</summary>
/// <param name="Key">The key of its object.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Written">False when the object already existed.</param>
public sealed record RepairedWindow(string Key, int Rows, bool Written);
