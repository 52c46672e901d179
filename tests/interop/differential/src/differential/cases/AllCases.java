package differential.cases;

import differential.Cases;
import java.util.List;

/** The list of everything that is asked. */
public final class AllCases {
    private AllCases() {}

    public static List<Cases> all() {
        return List.of(
            new FrameCases(),
            new ApiVersionsCases(),
            new MetadataCases(),
            new ProduceCases(),
            new ProduceBatchCases(),
            new ProducerStateCases(),
            new FetchCases(),
            new FetchSessionCases(),
            new OldFormatCases(),
            new OffsetCases(),
            new EpochCases(),
            new DeleteRecordsCases(),
            new LogDirCases(),
            new LostDirCases(),
            new DescribeProducersCases(),
            new LogToolCases(),
            new CoordinatorCases(),
            new InitProducerIdCases(),
            new GroupLifeCases(),
            new JoinGroupCases(),
            new SyncGroupCases(),
            new HeartbeatCases(),
            new LeaveGroupCases(),
            new OffsetCommitCases(),
            new OffsetFetchCases(),
            new OffsetDeleteCases(),
            new ListGroupsCases(),
            new DescribeGroupsCases(),
            new DeleteGroupsCases(),
            new ConsumerGroupHeartbeatCases(),
            new ConsumerLifeCases(),
            new ConsumerGroupDescribeCases(),
            new ConsumerOffsetCommitCases(),
            new ConsumerOffsetFetchCases(),
            new ConsumerAsClassicCases(),
            new MigrationCases(),
            new GroupConfigCases(),
            new OffsetExpiryCases(),
            new GroupTopicCases(),
            new ClusterCases(),
            new TopicPartitionCases(),
            new DescribeConfigsCases(),
            new AlterConfigsCases(),
            new IncrementalAlterConfigsCases(),
            new ListConfigResourcesCases(),
            new CreateTopicsCases(),
            new DeleteTopicsCases(),
            new CreatePartitionsCases(),
            new FeatureCases(),
            new UnregistrationCases(),
            new TopicToolCases(),
            new ConfigToolCases(),
            new RecordToolCases(),
            new LogDirToolCases(),
            new FeatureToolCases(),
            new ClusterToolCases(),
            new ApiToolCases(),
            new OffsetToolCases(),
            new ProducerToolCases());
    }
}
