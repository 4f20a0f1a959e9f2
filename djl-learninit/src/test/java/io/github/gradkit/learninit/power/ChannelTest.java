package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelTest {

    @Test
    void keepsTheGainsItWasGiven() {
        double[][] gains = {{1, 2}, {3, 4}};
        Channel channel = Channel.of(gains);
        gains[0][1] = 9;
        assertThat(channel.users()).isEqualTo(2);
        assertThat(channel.gain(0, 1)).isEqualTo(2);
        assertThat(channel.gain(1, 0)).isEqualTo(3);
    }

    @Test
    void relabellingMovesReceiversAndSendersAlike() {
        Channel channel = Channel.of(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
        assertThat(channel.relabelled(2, 0, 1))
                .isEqualTo(Channel.of(new double[][] {{9, 7, 8}, {3, 1, 2}, {6, 4, 5}}));
    }

    @Test
    void refusesWhatIsNotAChannel() {
        assertThatThrownBy(() -> Channel.of(new double[0][]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 or more users");
        assertThatThrownBy(() -> Channel.of(new double[][] {{1, 2}, {3}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1 has 1 columns");
        assertThatThrownBy(() -> Channel.of(new double[][] {{1, -2}, {3, 4}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from sender 1 to receiver 0 is -2.0");
        assertThatThrownBy(() -> Channel.of(new double[][] {{Double.NaN}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void refusesAnOrderThatIsNoPermutation() {
        Channel channel = Channel.of(new double[][] {{1, 2}, {3, 4}});
        assertThatThrownBy(() -> channel.relabelled(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 0]");
        assertThatThrownBy(() -> channel.relabelled(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sameSeedGivesSameChannels() {
        List<Channel> channels = ChannelGenerator.of(3, 7).next(4);
        assertThat(ChannelGenerator.of(3, 7).next(4)).isEqualTo(channels);
        assertThat(ChannelGenerator.of(3, 8).next(4)).isNotEqualTo(channels);
        assertThat(channels.get(0)).isNotEqualTo(channels.get(1));
    }

    @Test
    void squaredGainsAreExponentialOfMeanOne() {
        int count = 0;
        int aboveOne = 0;
        double sum = 0;
        for (Channel channel : ChannelGenerator.of(10, 1).next(400)) {
            for (int k = 0; k < 10; k++) {
                for (int j = 0; j < 10; j++) {
                    double square = channel.gain(k, j) * channel.gain(k, j);
                    sum += square;
                    aboveOne += square > 1 ? 1 : 0;
                    count++;
                }
            }
        }
        // Four standard errors of 40000 draws.
        assertThat(sum / count).isCloseTo(1, within(0.02));
        assertThat((double) aboveOne / count).isCloseTo(Math.exp(-1), within(0.01));
    }

    @Test
    void refusesNoUserAndNoChannel() {
        assertThatThrownBy(() -> ChannelGenerator.of(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChannelGenerator.of(2, 1).next(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
