namespace Ingester.Dashboard.Stores;

/// <summary>Data cannot be shown; the message is one sentence for the reader that says what and where.</summary>
public sealed class DashboardFault(string message, Exception? inner = null) : Exception(message, inner);
