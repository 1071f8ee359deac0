namespace Ingester.Integration.Tests.Databases;

/// <summary>The tests of one database server: one after the other, because some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
