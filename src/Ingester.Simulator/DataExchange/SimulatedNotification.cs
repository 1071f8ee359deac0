namespace Ingester.Simulator.DataExchange;

/// <summary>A notification of the subscribers of a data set.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Type">The type, such as <c>DATA_UPDATE</c>.</param>
/// <param name="Comment">What they read.</param>
/// <param name="ClientToken">The token of the request. A notification with the token of an earlier one is not sent.</param>
public sealed record SimulatedNotification(string DataSet, string Type, string? Comment, string? ClientToken);
