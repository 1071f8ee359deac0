namespace Ingester.Publishing.DataExchange;

/// <summary>A data source and its data set.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="DataSet">The id of the data set at AWS Data Exchange.</param>
internal sealed record DataSource(string Exchange, string Dataset, string DataSet);
